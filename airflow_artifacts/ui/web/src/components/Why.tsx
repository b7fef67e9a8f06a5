import { Box, Heading, Stack, Text } from "@chakra-ui/react";

import type { Decision, Difference, TaskRunDetail } from "src/api/client";
import { Code } from "src/components/Code";
import { DecisionSaid } from "src/components/DecisionSaid";
import { DifferenceShown } from "src/components/DifferenceShown";
import { Fold } from "src/components/Fold";
import { Go, TaskRunLink } from "src/components/Go";
import { grouped } from "src/components/grouped";
import { runPage } from "src/links";

type Explanation = TaskRunDetail["explanation"];

interface Props {
  readonly decision: Decision | null;
  readonly explanation: Explanation;
}

const Compared = ({ compared, differences }: Pick<Explanation, "compared" | "differences">) => {
  if (!compared) {
    return <Text color="fg.muted">There was no earlier run of this task to compare with.</Text>;
  }
  return (
    <Text>
      {differences.length === 0 ? "Its key is that of" : "Compared with"} <TaskRunLink run={compared} /> of{" "}
      <Go to={runPage(compared.dag_id, compared.run_id)}>{compared.run_id}</Go>
      {differences.length === 0 ? "." : ", the earlier run that it is nearest to:"}
    </Text>
  );
};

const Group = ({ differences, title }: { readonly differences: readonly Difference[]; readonly title: string }) => (
  <Box>
    <Heading as="h3" mb={1} size="sm">
      {title}
    </Heading>
    <Stack gap={3}>
      {differences.map((difference) => (
        <DifferenceShown difference={difference} key={`${difference.kind} ${difference.name}`} />
      ))}
    </Stack>
  </Box>
);

/** Why a task run was cached or executed: what was decided, and of a miss what differs from the run before, by kind. */
export const Why = ({ decision, explanation: { compared, differences, lines } }: Props) => (
  <Stack gap={4}>
    <DecisionSaid decision={decision} />
    {decision?.outcome === "miss" ? <Compared compared={compared} differences={differences} /> : null}
    {grouped(differences).map(([title, those]) => (
      <Group differences={those} key={title} title={title} />
    ))}
    {lines.length > 0 ? (
      <Fold title="As the task's log said it">
        {() => <Code label="What the task's log said" language="text" text={lines.join("\n")} />}
      </Fold>
    ) : null}
  </Stack>
);
