import { Box, Heading } from "@chakra-ui/react";

import type { Change } from "src/api/client";
import { DiffLines } from "src/components/DiffLines";

/** What became of one function, class or constant. */
export const CodeChange = ({ change: { before, lines, name, now } }: { readonly change: Change }) => (
  <Box>
    <Heading as="h3" fontFamily="mono" mb={2} overflowWrap="anywhere" size="sm">
      {name}
      {before === null ? " (new)" : ""}
      {now === null ? " (gone)" : ""}
    </Heading>
    <DiffLines label={`Changes of ${name}`} lines={lines} />
  </Box>
);
