import { HStack, Stack, Text } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";
import { Button } from "@chakra-ui/react";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Facts } from "src/components/Facts";
import { ArtifactLink, Go } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Panel } from "src/components/Panel";
import { dagPage } from "src/links";

const fewest = 10;

interface NamesProps {
  readonly draw: (name: string) => ReactNode;
  readonly names: readonly string[];
}

/** Names in a row, the first few until one asks for all. */
const Names = ({ draw, names }: NamesProps) => {
  const [all, setAll] = useState(false);
  const shown = all ? names : names.slice(0, fewest);
  return (
    <HStack as="ul" gapX={3} gapY={1} listStyleType="none" wrap="wrap">
      {shown.map((name) => (
        <li key={name}>{draw(name)}</li>
      ))}
      {shown.length < names.length ? (
        <li>
          <Button
            onClick={() => {
              setAll(true);
            }}
            size="2xs"
            variant="outline"
          >
            and {names.length - shown.length} more
          </Button>
        </li>
      ) : null}
    </HStack>
  );
};

/** What replacing the version would concern, however far downstream. */
export const BlastRadius = ({ id }: { readonly id: string }) => {
  const asked = queries.useQuery("get", "/api/versions/{id}/blast-radius", { params: { path: { id } } });
  return (
    <Panel title="Blast radius">
      <Answered asked={asked}>
        {({ aliases, artifacts, dags, hidden, task_runs, truncated, versions }) => (
          <Stack fontSize="sm" gap={3}>
            <Text>
              {versions === 0 && task_runs === 0
                ? "Nothing was made from this version: replacing it concerns nobody."
                : `Replacing this version would concern ${versions} versions and ${task_runs} task runs downstream${truncated ? ", and more that were not counted" : ""}.`}
            </Text>
            <Facts
              facts={{
                Artifacts:
                  artifacts.length > 0 ? (
                    <Names draw={(name) => <ArtifactLink name={name} />} names={artifacts} />
                  ) : null,
                DAGs: dags.length > 0 ? <Names draw={(dag) => <Go to={dagPage(dag)}>{dag}</Go>} names={dags} /> : null,
                Aliases: aliases.length > 0 ? <Labels aliases={aliases} /> : null,
                Hidden: hidden > 0 ? `${hidden} versions are not yours to see` : null,
              }}
            />
          </Stack>
        )}
      </Answered>
    </Panel>
  );
};
