import { Button, Clipboard } from "@chakra-ui/react";

interface Props {
  readonly text: string;
  /** What it copies, for screen readers: `the digest of data.parquet`. */
  readonly what: string;
}

/** A button that copies a text, and says that it did. */
export const Copy = ({ text, what }: Props) => (
  <Clipboard.Root display="inline-flex" value={text}>
    <Clipboard.Trigger asChild>
      <Button aria-label={`Copy ${what}`} size="xs" variant="outline">
        <span aria-live="polite">
          <Clipboard.Indicator copied="Copied">Copy</Clipboard.Indicator>
        </span>
      </Button>
    </Clipboard.Trigger>
  </Clipboard.Root>
);
