import { Alert, Button } from "@chakra-ui/react";

import { deepest, type LineageState } from "src/pages/lineage/useLineageState";

/** Says that there is more, and how to get there. */
export const Truncated = ({ depth, onDepth }: Pick<LineageState, "depth" | "onDepth">) => (
  <Alert.Root size="sm" status="info">
    <Alert.Indicator />
    <Alert.Content>
      <Alert.Description>
        There is more than is shown. {depth < deepest ? "Go further, or " : "This is as far as one graph goes: "}
        choose a version at its edge and begin from there.
      </Alert.Description>
    </Alert.Content>
    {depth < deepest ? (
      <Button
        onClick={() => {
          onDepth(depth + 1);
        }}
        size="xs"
        variant="outline"
      >
        Show depth {depth + 1}
      </Button>
    ) : null}
  </Alert.Root>
);
