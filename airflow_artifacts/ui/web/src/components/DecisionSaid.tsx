import { HStack, Stack, Text } from "@chakra-ui/react";

import type { Decision } from "src/api/client";
import { Duration } from "src/components/Duration";
import { TaskRunLink } from "src/components/Go";
import { Outcome } from "src/components/Outcome";

/** What the cache decided for a task run, why, and what it saved. */
export const DecisionSaid = ({ decision }: { readonly decision: Decision | null }) => (
  <Stack gap={1}>
    <HStack gap={2} wrap="wrap">
      <Outcome decision={decision} />
      {decision?.seconds === null || decision?.seconds === undefined ? null : (
        <span>
          which saved <Duration seconds={decision.seconds} />
        </span>
      )}
      {decision?.origin === null || decision?.origin === undefined ? null : (
        <span>
          of what <TaskRunLink run={decision.origin} /> computed
        </span>
      )}
    </HStack>
    {decision?.reasons.map((reason) => (
      <Text key={reason} overflowWrap="anywhere">
        {reason}
      </Text>
    ))}
  </Stack>
);
