import { Button, type ButtonProps } from "@chakra-ui/react";

import { type Change, useChange } from "src/pages/version/actions/useChange";

interface Props extends Pick<ButtonProps, "aria-label" | "children" | "size" | "variant"> {
  readonly change: Change;
  readonly fail: (error: unknown) => void;
  readonly say: (done: string) => void;
}

/** A button that changes something at once, as it is as easily changed back. */
export const OneClick = ({ change, fail, say, ...button }: Props) => {
  const changing = useChange(say);
  return (
    <Button
      loading={changing.isPending}
      onClick={() => {
        fail(null);
        say("");
        changing.mutate(change, { onError: fail });
      }}
      size="sm"
      variant="outline"
      {...button}
    />
  );
};
