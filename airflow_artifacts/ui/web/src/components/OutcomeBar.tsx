import { Box, HStack, Stack, Text } from "@chakra-ui/react";

interface Props {
  readonly hits: number;
  readonly misses: number;
  readonly uncached: number;
}

/** The share of calls that the cache answered, of those that asked it: `75 %`; nothing where none did. */
export const hitRate = ({ hits, misses }: Pick<Props, "hits" | "misses">): string | null =>
  hits + misses === 0 ? null : `${Math.round((100 * hits) / (hits + misses))} %`;

/** How many were cached, missed and never asked, as a bar and in words. */
export const OutcomeBar = ({ hits, misses, uncached }: Props) => {
  const parts = [
    { count: hits, colour: "green.solid", word: "cached" },
    { count: misses, colour: "orange.solid", word: "missed" },
    { count: uncached, colour: "border.emphasized", word: "uncached" },
  ].filter(({ count }) => count > 0);
  return (
    <Stack gap={1} minW="32">
      <HStack aria-hidden borderRadius="full" gap="1px" h="2" overflow="hidden">
        {parts.map(({ colour, count, word }) => (
          <Box bg={colour} flexBasis={0} flexGrow={count} h="full" key={word} />
        ))}
      </HStack>
      <Text fontSize="xs">{parts.map(({ count, word }) => `${count} ${word}`).join(", ") || "none"}</Text>
    </Stack>
  );
};
