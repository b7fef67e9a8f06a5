import { Box, Text } from "@chakra-ui/react";

import { inLine } from "src/components/figure";

// Seen at once; the others on demand.
const first = 3;

// Of a longer value the beginning is shown; the whole of it stands in the tooltip.
const long = 60;

const Value = ({ text }: { readonly text: string }) => (
  <span title={text}>{text.length > long ? `${text.slice(0, long)}…` : text}</span>
);

interface Props {
  /** Pairs of a value and how often it is there, the most frequent first. */
  readonly top: readonly unknown[];
}

const Counted = ({ pairs }: { readonly pairs: readonly (readonly unknown[])[] }) => (
  <Box as="ul" listStyle="none" whiteSpace="normal">
    {pairs.map(([value, count], at) => (
      <Box as="li" key={at} maxW="16rem" overflowWrap="anywhere">
        {value === "" ? <i>empty text</i> : <Value text={inLine(value)} />}{" "}
        <Text as="span" color="fg.muted">
          × {inLine(count)}
        </Text>
      </Box>
    ))}
  </Box>
);

/** The most frequent values of a column. */
export const TopValues = ({ top }: Props) => {
  const pairs = top.filter((one) => Array.isArray(one));
  return (
    <>
      <Counted pairs={pairs.slice(0, first)} />
      {pairs.length <= first ? null : (
        <details>
          <summary>{pairs.length - first} more</summary>
          <Counted pairs={pairs.slice(first)} />
        </details>
      )}
    </>
  );
};
