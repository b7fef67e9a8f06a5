import { Checkbox, CheckboxGroup, HStack } from "@chakra-ui/react";

interface Props {
  readonly chosen: readonly string[];
  readonly keys: readonly string[];
  readonly onChoose: (keys: readonly string[]) => void;
}

/** The choice of what a chart shows. */
export const Keys = ({ chosen, keys, onChoose }: Props) => (
  <CheckboxGroup aria-label="What the chart shows" mb={3} onValueChange={onChoose} value={[...chosen]}>
    <HStack columnGap={4} maxH="8rem" overflowY="auto" wrap="wrap">
      {keys.map((key) => (
        <Checkbox.Root key={key} size="sm" value={key}>
          <Checkbox.HiddenInput />
          <Checkbox.Control />
          <Checkbox.Label>{key}</Checkbox.Label>
        </Checkbox.Root>
      ))}
    </HStack>
  </CheckboxGroup>
);
