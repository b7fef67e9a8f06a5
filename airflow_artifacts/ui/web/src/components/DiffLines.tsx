import { Box, VisuallyHidden } from "@chakra-ui/react";

interface Look {
  readonly bg?: string;
  readonly color?: string;
  /** For screen readers, which may leave out signs. */
  readonly said?: string;
}

/** How a line of a unified diff is shown, by its first character. */
export const lookOf = (line: string): Look => {
  switch (line.charAt(0)) {
    case "+":
      return { bg: "green.subtle", color: "green.fg", said: "added: " };
    case "-":
      return { bg: "red.subtle", color: "red.fg", said: "removed: " };
    case "@":
      return { color: "fg.muted" };
    default:
      return {};
  }
};

interface Props {
  readonly label: string;
  /** As `diff -u` writes them. */
  readonly lines: readonly string[];
}

/** The lines of a diff in colours; the signs stay, so that colour alone says nothing. */
export const DiffLines = ({ label, lines }: Props) => (
  <Box
    aria-label={label}
    bg="bg.muted"
    borderRadius="md"
    fontFamily="mono"
    fontSize="sm"
    maxH="lg"
    overflow="auto"
    py={2}
    role="region"
    tabIndex={0}
  >
    <Box minW="max-content">
      {lines.map((line, at) => {
        const { said, ...look } = lookOf(line);
        return (
          <Box key={at} px={3} whiteSpace="pre" {...look}>
            {said === undefined ? null : <VisuallyHidden>{said}</VisuallyHidden>}
            {line}
          </Box>
        );
      })}
    </Box>
  </Box>
);
