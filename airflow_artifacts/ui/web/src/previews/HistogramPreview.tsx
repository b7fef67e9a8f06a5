import { Box, HStack, Text } from "@chakra-ui/react";

import { figure } from "src/components/figure";
import { Histogram, isSpread, spreadText } from "src/components/Histogram";

interface Props {
  readonly data: unknown;
  readonly label: string;
}

/** How numbers are spread, with what it shows in words. */
export const HistogramPreview = ({ data, label }: Props) => {
  if (!isSpread(data)) {
    throw new TypeError("what is stored as a histogram cannot be read as one");
  }
  return (
    <Box maxW="2xl">
      <Histogram height={160} label={label} spread={data} width="100%" />
      <HStack fontSize="sm" justify="space-between">
        <span>{figure(data.edges[0] ?? NaN)}</span>
        <span>{figure(data.edges.at(-1) ?? NaN)}</span>
      </HStack>
      <Text color="fg.muted" fontSize="sm">
        {spreadText(data)}
      </Text>
    </Box>
  );
};
