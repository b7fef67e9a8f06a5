import { Box, Stack, Text } from "@chakra-ui/react";

import { counted } from "src/components/counted";
import { Duration } from "src/components/Duration";
import { Outcome } from "src/components/Outcome";
import { Rows } from "src/components/Rows";
import type { Plan } from "src/tabs/dag/summary";

const heads = ["Task", "Outcome", "Why", "It would return"];

const References = ({ names }: { readonly names: readonly string[] }) => (
  <Box as="ul" listStyleType="none">
    {names.map((name) => (
      <li key={name}>{name}</li>
    ))}
  </Box>
);

const Verdict = ({ seconds, tasks }: Pick<Plan, "seconds" | "tasks">) => {
  const hits = tasks.filter(({ outcome }) => outcome === "hit").length;
  if (tasks.length === 0) {
    return <Text>This DAG has no artifact task whose outcome can be known before it runs.</Text>;
  }
  if (hits === 0) {
    return <Text>Of {counted(tasks.length, "artifact task")} none is certain to be cached.</Text>;
  }
  return (
    <Text>
      {hits} of {counted(tasks.length, "artifact task")} would be cached, which saves <Duration seconds={seconds} />.
    </Text>
  );
};

/** What the cache would decide for each artifact task. */
export const PlanShown = ({ plan: { mapped, seconds, tasks } }: { readonly plan: Plan }) => (
  <Stack gap={3}>
    <Verdict seconds={seconds} tasks={tasks} />
    {tasks.length === 0 ? null : (
      <Rows
        heads={heads}
        label="What would run now"
        rows={tasks.map(({ outcome, outputs, reason, task_id }) => ({
          key: task_id,
          cells: [
            task_id,
            outcome === null ? "–" : <Outcome decision={{ outcome }} key="outcome" />,
            reason,
            <References key="outputs" names={outputs} />,
          ],
        }))}
      />
    )}
    {mapped.length === 0 ? null : <Text color="fg.muted">Mapped tasks decide when they run: {mapped.join(", ")}.</Text>}
  </Stack>
);
