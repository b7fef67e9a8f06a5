import { Button, Stack } from "@chakra-ui/react";

import type { Paged } from "src/api/useMore";
import { Failure } from "src/components/Failure";

/** Why there is no more of a list than stands there, and a button that tries again; nothing where nothing failed. */
export const MoreFailed = ({ asked }: { readonly asked: Paged }) =>
  asked.isFetchNextPageError ? (
    <Stack align="start" gap={2}>
      <Failure error={asked.error} />
      <Button
        onClick={() => {
          void asked.fetchNextPage();
        }}
        size="sm"
        variant="outline"
      >
        Try again
      </Button>
    </Stack>
  ) : null;
