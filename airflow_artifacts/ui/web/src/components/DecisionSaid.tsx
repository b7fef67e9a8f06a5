import { HStack, Stack, Text } from "@chakra-ui/react";

import type { Decision } from "src/api/client";
import { Duration } from "src/components/Duration";
import { TaskRunLink, taskRunName } from "src/components/Go";
import { Outcome } from "src/components/Outcome";

interface ReasonProps {
  readonly origin: Decision["origin"];
  readonly reason: string;
}

/** A reason; where it begins with the task run that computed the result, that leads there. */
const Reason = ({ origin, reason }: ReasonProps) => {
  const name = origin === null ? "" : `${taskRunName(origin)} `;
  return (
    <Text overflowWrap="anywhere">
      {origin !== null && reason.startsWith(name) ? (
        <>
          <TaskRunLink run={origin} /> {reason.slice(name.length)}
        </>
      ) : (
        reason
      )}
    </Text>
  );
};

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
    </HStack>
    {decision?.reasons.map((reason) => (
      <Reason key={reason} origin={decision.origin} reason={reason} />
    ))}
  </Stack>
);
