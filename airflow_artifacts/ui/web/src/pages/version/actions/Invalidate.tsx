import { Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { api, type Version } from "src/api/client";
import { Failure } from "src/components/Failure";
import { Asked } from "src/pages/version/actions/Asked";
import { useChange } from "src/pages/version/actions/useChange";

interface Props {
  readonly say: (done: string) => void;
  readonly version: Version;
}

/** Lets no later run reuse what computed a version, once it is clear what that means. */
export const Invalidate = ({ say, version: { artifact, id, version } }: Props) => {
  const [open, setOpen] = useState(false);
  const changing = useChange(say);
  return (
    <Asked
      button="Invalidate"
      danger
      doIt="Invalidate"
      onDo={() => {
        changing.mutate(
          {
            run: () => api.POST("/api/versions/{id}/invalidate", { params: { path: { id } } }),
            said: "No later run will reuse what computed it.",
          },
          {
            onSuccess: () => {
              setOpen(false);
            },
          },
        );
      }}
      onOpen={(now) => {
        changing.reset();
        setOpen(now);
      }}
      open={open}
      pending={changing.isPending}
      title={`Invalidate ${artifact}@${version}?`}
    >
      <Stack gap={3}>
        <Text>
          No later run will reuse the result of the task that made it: the next one computes again. This version, its
          bytes and all that was made from it stay as they are. It cannot be undone.
        </Text>
        {changing.error === null ? null : <Failure error={changing.error} />}
      </Stack>
    </Asked>
  );
};
