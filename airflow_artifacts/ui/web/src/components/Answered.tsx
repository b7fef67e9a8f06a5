import { Skeleton, Stack } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { Failure } from "src/components/Failure";

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch?: () => unknown;
}

interface Props<T> {
  readonly asked: Asked<T>;
  readonly children: (answer: T) => ReactNode;
}

/** What was asked for once it is there; until then its outline, and what went wrong if it did. */
export const Answered = <T,>({ asked, children }: Props<T>) => {
  if (asked.data !== undefined) {
    return <>{children(asked.data)}</>;
  }
  if (asked.error !== null && asked.error !== undefined) {
    return <Failure error={asked.error} onRetry={asked.refetch} />;
  }
  return (
    <Stack aria-busy aria-label="Loading" gap={3} role="status">
      <Skeleton height="6" />
      <Skeleton height="24" />
    </Stack>
  );
};
