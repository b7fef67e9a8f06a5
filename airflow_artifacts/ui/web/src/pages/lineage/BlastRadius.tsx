import { Box, Button, HStack, Stack, Text } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { ArtifactLink, Go } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Panel } from "src/components/Panel";
import { counted } from "src/components/counted";
import { dagPage } from "src/links";

const fewest = 10;

interface NamedProps {
  readonly children: (name: string) => ReactNode;
  readonly names: readonly string[];
  readonly title: string;
}

/** Names in a row, the first few until one asks for all; nothing of none. */
const Named = ({ children, names, title }: NamedProps) => {
  const [all, setAll] = useState(false);
  const shown = all ? names : names.slice(0, fewest);
  return names.length === 0 ? null : (
    <Box>
      <Text color="fg.muted">
        {title} ({names.length})
      </Text>
      <HStack as="ul" gapX={3} gapY={1} listStyleType="none" wrap="wrap">
        {shown.map((name) => (
          <li key={name}>{children(name)}</li>
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
    </Box>
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
                : `Replacing this version would concern ${counted(versions, "version")} and ${counted(task_runs, "task run")} downstream${truncated ? ", and more that were not counted" : ""}.`}
            </Text>
            <Named names={artifacts} title="Artifacts">
              {(name) => <ArtifactLink name={name} />}
            </Named>
            <Named names={dags} title="DAGs">
              {(dag) => <Go to={dagPage(dag)}>{dag}</Go>}
            </Named>
            <Named names={aliases} title="Aliases">
              {(alias) => <Labels aliases={[alias]} />}
            </Named>
            {hidden > 0 ? <Text>{counted(hidden, "version")} among them you may not see.</Text> : null}
          </Stack>
        )}
      </Answered>
    </Panel>
  );
};
