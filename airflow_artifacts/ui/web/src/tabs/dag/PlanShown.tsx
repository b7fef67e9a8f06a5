import { Box, Stack, Text } from "@chakra-ui/react";

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

/** What the cache would decide for each artifact task. */
export const PlanShown = ({ plan: { mapped, seconds, tasks } }: { readonly plan: Plan }) => (
  <Stack gap={3}>
    <Text>
      {tasks.filter(({ outcome }) => outcome === "hit").length} of {tasks.length} artifact tasks would be cached, which
      saves <Duration seconds={seconds} />.
    </Text>
    {tasks.length === 0 ? null : (
      <Rows
        heads={heads}
        label="What would run now"
        rows={tasks.map(({ outcome, outputs, reason, task_id }) => ({
          key: task_id,
          cells: [
            task_id,
            outcome === null ? "not known yet" : <Outcome decision={{ outcome }} key="outcome" />,
            reason,
            <References key="outputs" names={outputs} />,
          ],
        }))}
      />
    )}
    {mapped.length === 0 ? null : <Text color="fg.muted">Mapped tasks decide when they run: {mapped.join(", ")}.</Text>}
  </Stack>
);
