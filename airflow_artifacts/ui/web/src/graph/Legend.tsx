import { Box, HStack, Text } from "@chakra-ui/react";

import { dashes } from "src/graph/LinkEdge";
import type { Link, Vertex } from "src/graph/picture";
import { Symbol } from "src/graph/Symbol";

const vertices: [Vertex["kind"], string][] = [
  ["version", "version"],
  ["task_run", "task run"],
  ["dag", "a whole DAG"],
  ["hidden", "not yours to see"],
];

const links: [Link["kind"], string][] = [
  ["produced", "made or read"],
  ["reused", "reused"],
  ["copy", "copy"],
];

const Line = ({ kind }: { readonly kind: Link["kind"] }) => (
  <svg aria-hidden height="8" width="32">
    <line stroke="currentColor" strokeDasharray={dashes[kind]} strokeWidth="2" x2="32" y1="4" y2="4" />
  </svg>
);

/** What the shapes and the lines mean. */
export const Legend = () => (
  <HStack as="ul" color="fg.muted" fontSize="xs" gapX={4} gapY={1} listStyleType="none" wrap="wrap">
    {vertices.map(([kind, meaning]) => (
      <HStack as="li" gap={1} key={kind}>
        <Symbol kind={kind} />
        <Text>{meaning}</Text>
      </HStack>
    ))}
    {links.map(([kind, meaning]) => (
      <HStack as="li" gap={1} key={kind}>
        <Line kind={kind} />
        <Text>{meaning}</Text>
      </HStack>
    ))}
    <Box as="li">An arrow points where the data went.</Box>
  </HStack>
);
