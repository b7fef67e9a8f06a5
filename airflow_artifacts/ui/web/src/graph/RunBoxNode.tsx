import { Box, chakra, HStack, Text } from "@chakra-ui/react";
import type { NodeProps } from "@xyflow/react";

import type { RunFlow } from "src/graph/flow";

/** The frame around what one DAG run read and wrote, with the button that makes one node of its DAG. */
export const RunBoxNode = ({ data: { box, onCollapse } }: NodeProps<RunFlow>) => {
  const { dag, run } = box.group;
  return (
    <Box bg="bg.muted/50" borderRadius="lg" borderWidth={1} h="full" w="full">
      <HStack gap={2} h="8" px={3}>
        <Text flex="1" fontSize="xs" minW={0} title={`${dag} · ${run}`} truncate>
          <b>{dag}</b> · {run}
        </Text>
        <chakra.button
          _focusVisible={{ outline: "2px solid", outlineColor: "blue.focusRing" }}
          aria-label={`Collapse ${dag}`}
          cursor="pointer"
          fontSize="md"
          lineHeight="1"
          minW="6"
          minH="6"
          onClick={() => {
            onCollapse(dag);
          }}
          title={`Show ${dag} as one node`}
          type="button"
        >
          −
        </chakra.button>
      </HStack>
    </Box>
  );
};
