import { Button, Clipboard } from "@chakra-ui/react";

interface Props {
  readonly text: string;
  /** What is copied, for screen readers: `Copy the example`. */
  readonly what: string;
}

/** A button that copies a text, and says so when it did. */
export const Copy = ({ text, what }: Props) => (
  <Clipboard.Root value={text}>
    <Clipboard.Trigger aria-label={`Copy ${what}`} asChild>
      <Button size="xs" variant="outline">
        <span aria-live="polite">
          <Clipboard.Indicator copied="Copied">Copy</Clipboard.Indicator>
        </span>
      </Button>
    </Clipboard.Trigger>
  </Clipboard.Root>
);
