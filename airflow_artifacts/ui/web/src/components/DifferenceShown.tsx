import { Box, Code, HStack, Text } from "@chakra-ui/react";

import type { Difference } from "src/api/client";
import { DiffLines } from "src/components/DiffLines";

interface SideProps {
  readonly text: string | null;
  readonly when: "before" | "now";
}

const Side = ({ text, when }: SideProps) => (
  <HStack as="span" display="inline-flex" gap={1}>
    <Text as="span" color="fg.muted">
      {when}
    </Text>
    {text === null ? (
      <Text as="span" color="fg.muted">
        not there
      </Text>
    ) : (
      <Code overflowWrap="anywhere" variant="surface" whiteSpace="pre-wrap">
        {text}
      </Code>
    )}
  </HStack>
);

/** What the sentence says of the part that is named above it. */
const predicate = ({ kind, name, place, sentence }: Difference): string => {
  const subject = `${kind} ${name}${place === null ? "" : ` (${place})`}: `;
  return sentence.startsWith(subject) ? sentence.slice(subject.length) : sentence;
};

const Change = (difference: Difference) => {
  const { before, lines, now } = difference;
  if (lines.length > 0) {
    return null;
  }
  // What may not be shown, or says the same of both, is told in words.
  return before === now ? (
    <Text>{predicate(difference)}</Text>
  ) : (
    <HStack gap={2} wrap="wrap">
      <Side text={before} when="before" />
      <span aria-hidden>→</span>
      <Side text={now} when="now" />
    </HStack>
  );
};

/** One part that two cache keys do not share: source as the lines that differ, all else before and now. */
export const DifferenceShown = ({ difference }: { readonly difference: Difference }) => {
  const { kind, lines, name, place } = difference;
  return (
    <Box>
      <Text overflowWrap="anywhere">
        {kind} <b>{name}</b>
        {place === null ? null : (
          <Text as="span" color="fg.muted">
            {" "}
            in {place}
          </Text>
        )}
      </Text>
      <Change {...difference} />
      {lines.length > 0 ? <DiffLines label={`What changed in ${name}`} lines={lines} /> : null}
    </Box>
  );
};
