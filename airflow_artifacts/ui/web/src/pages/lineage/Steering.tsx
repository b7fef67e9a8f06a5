import { Button, ButtonGroup, Field, HStack, NativeSelect, Text } from "@chakra-ui/react";

import { deepest, directions, type LineageState } from "src/pages/lineage/useLineageState";

const words = { both: "Upstream and downstream", upstream: "Upstream: made from", downstream: "Downstream: made into" };

type Props = Pick<LineageState, "depth" | "direction" | "onDepth" | "onDirection">;

/** Which way the graph goes, and how far. */
export const Steering = ({ depth, direction, onDepth, onDirection }: Props) => (
  <HStack gap={4} wrap="wrap">
    <Field.Root orientation="horizontal" w="auto">
      <Field.Label>Direction</Field.Label>
      <NativeSelect.Root size="sm" w="auto">
        <NativeSelect.Field
          onChange={({ target }) => {
            onDirection(directions.find((one) => one === target.value) ?? "both");
          }}
          value={direction}
        >
          {directions.map((one) => (
            <option key={one} value={one}>
              {words[one]}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
    <HStack aria-label="Depth" gap={2} role="group">
      <Text aria-live="polite" fontSize="sm" fontWeight="medium">
        Depth {depth}
      </Text>
      <ButtonGroup attached size="sm" variant="outline">
        <Button
          aria-label="Less far"
          disabled={depth <= 1}
          onClick={() => {
            onDepth(depth - 1);
          }}
        >
          −
        </Button>
        <Button
          aria-label="Further"
          disabled={depth >= deepest}
          onClick={() => {
            onDepth(depth + 1);
          }}
        >
          +
        </Button>
      </ButtonGroup>
    </HStack>
  </HStack>
);
