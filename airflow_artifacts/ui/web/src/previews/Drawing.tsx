import { Stack, Text } from "@chakra-ui/react";

import { Json } from "src/components/Json";
import { type Drawn, kinds } from "src/previews/kinds";

interface Props extends Drawn {
  readonly kind: string;
}

/** A visualization by its kind; of one that this page does not know yet, its data. */
export const Drawing = ({ kind, ...drawn }: Props) => {
  const draw = kinds.get(kind);
  return draw === undefined ? (
    <Stack gap={2}>
      <Text color="fg.muted">
        This page is older than what wrote this: it does not know how {JSON.stringify(kind)} is drawn. Its data:
      </Text>
      <Json label={drawn.label} value={drawn.data} />
    </Stack>
  ) : (
    draw(drawn)
  );
};
