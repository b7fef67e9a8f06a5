import { Alert, Stack } from "@chakra-ui/react";

import type { Diff } from "src/api/client";
import { Boundary } from "src/components/Boundary";
import { Panel } from "src/components/Panel";
import { Changes } from "src/pages/compare/Changes";
import { CodeChange } from "src/pages/compare/CodeChange";
import { ColumnChanges } from "src/pages/compare/ColumnChanges";
import { SchemaChange } from "src/pages/compare/SchemaChange";

// The value first, then what made it.
const order = ["schema", "statistics", "metadata", "inputs", "parameters", "code", "packages", "environment"];

const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);

const verdict = ({ same_value: same, sections }: Diff): string => {
  const rest = sections.length === 0 ? "; nothing that is recorded of them differs" : "";
  return `${same ? "The two values are equal" : "The two values differ"}${rest}.`;
};

interface SectionProps {
  readonly diff: Diff;
  readonly section: Diff["sections"][number];
}

const Section = ({ diff, section: { changes, name } }: SectionProps) => {
  if (name === "statistics") {
    return <ColumnChanges changes={changes} diff={diff} />;
  }
  const schema = name === "schema" ? changes.find((change) => change.name === "schema") : undefined;
  return (
    <Stack gap={4}>
      <Changes changes={changes.filter((change) => change.lines.length === 0 && change !== schema)} label={name} />
      {schema ? <SchemaChange change={schema} /> : null}
      {changes
        .filter(({ lines }) => lines.length > 0)
        .map((change) => (
          <CodeChange change={change} key={change.name} />
        ))}
    </Stack>
  );
};

/** Whether the two values are equal, and all that differs by what it is of. */
export const Differences = ({ diff }: { readonly diff: Diff }) => (
  <Stack gap={4}>
    <Alert.Root role="status" status={diff.same_value ? "success" : "info"}>
      <Alert.Indicator />
      <Alert.Title>{verdict(diff)}</Alert.Title>
    </Alert.Root>
    {[...diff.sections]
      .sort((one, other) => rank(one.name) - rank(other.name))
      .map((section) => (
        <Panel key={section.name} title={section.name.charAt(0).toUpperCase() + section.name.slice(1)}>
          <Boundary>
            <Section diff={diff} section={section} />
          </Boundary>
        </Panel>
      ))}
  </Stack>
);
