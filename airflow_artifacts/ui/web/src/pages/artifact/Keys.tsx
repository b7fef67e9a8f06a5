import { Checkbox, CheckboxGroup, Fieldset, HStack, VisuallyHidden } from "@chakra-ui/react";

interface Props {
  readonly chosen: readonly string[];
  readonly keys: readonly string[];
  readonly onChoose: (keys: readonly string[]) => void;
}

/** The choice of what a chart shows. */
export const Keys = ({ chosen, keys, onChoose }: Props) => (
  <Fieldset.Root mb={3}>
    <VisuallyHidden>
      <Fieldset.Legend>What the chart shows</Fieldset.Legend>
    </VisuallyHidden>
    <CheckboxGroup onValueChange={onChoose} value={[...chosen]}>
      <HStack gap={4} maxH="8rem" overflowY="auto" wrap="wrap">
        {keys.map((key) => (
          <Checkbox.Root key={key} size="sm" value={key}>
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label>{key}</Checkbox.Label>
          </Checkbox.Root>
        ))}
      </HStack>
    </CheckboxGroup>
  </Fieldset.Root>
);
