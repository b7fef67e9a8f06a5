import { Button, CloseButton, Dialog, Portal } from "@chakra-ui/react";
import type { ReactNode } from "react";

interface Props {
  readonly button: string;
  readonly children: ReactNode;
  readonly danger?: boolean;
  /** What the button says that does it. */
  readonly doIt: string;
  readonly onDo: () => void;
  readonly onOpen: (open: boolean) => void;
  readonly open: boolean;
  readonly pending: boolean;
  readonly title: string;
}

/** A button that opens a dialog, in which another does what it is about. */
export const Asked = ({ button, children, danger = false, doIt, onDo, onOpen, open, pending, title }: Props) => (
  <Dialog.Root
    onOpenChange={(now) => {
      onOpen(now.open);
    }}
    open={open}
  >
    <Dialog.Trigger asChild>
      <Button size="sm" variant="outline">
        {button}
      </Button>
    </Dialog.Trigger>
    <Portal>
      <Dialog.Backdrop />
      <Dialog.Positioner>
        <Dialog.Content>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              onDo();
            }}
          >
            <Dialog.Header>
              <Dialog.Title overflowWrap="anywhere">{title}</Dialog.Title>
            </Dialog.Header>
            <Dialog.Body>{children}</Dialog.Body>
            <Dialog.Footer>
              <Dialog.ActionTrigger asChild>
                <Button variant="outline">Cancel</Button>
              </Dialog.ActionTrigger>
              <Button colorPalette={danger ? "red" : "blue"} loading={pending} type="submit">
                {doIt}
              </Button>
            </Dialog.Footer>
            <Dialog.CloseTrigger asChild>
              <CloseButton size="sm" />
            </Dialog.CloseTrigger>
          </form>
        </Dialog.Content>
      </Dialog.Positioner>
    </Portal>
  </Dialog.Root>
);
