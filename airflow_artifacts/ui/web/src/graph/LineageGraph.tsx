import { Box, Flex, HStack, Stack, Switch, VisuallyHidden } from "@chakra-ui/react";
import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";

import { Canvas } from "src/graph/Canvas";
import { collapse, dagsOf } from "src/graph/collapse";
import { DagSwitches } from "src/graph/DagSwitches";
import { Details } from "src/graph/Details";
import { GraphText } from "src/graph/GraphText";
import { Legend } from "src/graph/Legend";
import type { Picture } from "src/graph/picture";
import type { GraphState } from "src/graph/state";
import { buttonOf } from "src/graph/useFocus";

interface Props {
  readonly embedded?: boolean;
  readonly height: string;
  /** All of it; what is collapsed is taken from it here. */
  readonly picture: Picture;
  readonly state: GraphState;
}

const TextSwitch = ({ asText, onAsText }: Pick<GraphState, "asText" | "onAsText">) => (
  <Switch.Root
    checked={asText}
    onCheckedChange={({ checked }) => {
      onAsText(checked);
    }}
    size="sm"
  >
    <Switch.HiddenInput />
    <Switch.Control />
    <Switch.Label>As text</Switch.Label>
  </Switch.Root>
);

/** A graph of lineage that can be walked through, or read as a list. */
export const LineageGraph = ({ embedded = false, height, picture: all, state }: Props) => {
  const { asText, collapsed, onAsText, onCollapsed } = state;
  const frame = useRef<HTMLDivElement>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const picture = useMemo(() => collapse(all, collapsed), [all, collapsed]);
  const dags = useMemo(() => dagsOf(all), [all]);
  const vertex = picture.vertices.find(({ id }) => id === selected);
  const onCollapse = useCallback(
    (dag: string) => {
      onCollapsed(new Set([...collapsed, dag]));
    },
    [collapsed, onCollapsed],
  );
  const close = () => {
    buttonOf(frame.current, selected ?? "")?.focus();
    setSelected(null);
  };
  return (
    <Stack
      gap={2}
      ref={frame}
      onKeyDown={({ key }) => {
        if (key === "Escape" && selected !== null) {
          close();
        }
      }}
    >
      <HStack justify="space-between" wrap="wrap">
        {dags.length > 0 ? <DagSwitches collapsed={collapsed} dags={dags} onCollapsed={onCollapsed} /> : <span />}
        <TextSwitch asText={asText} onAsText={onAsText} />
      </HStack>
      {asText ? (
        <GraphText links picture={picture} />
      ) : (
        <>
          <Flex borderRadius="md" borderWidth={1} direction={{ base: "column", md: "row" }} overflow="hidden">
            <Box flex={{ md: "1" }} h={height} minW={0}>
              <ReactFlowProvider>
                <Canvas
                  embedded={embedded}
                  onCollapse={onCollapse}
                  onSelect={setSelected}
                  picture={picture}
                  selected={vertex ? selected : null}
                />
              </ReactFlowProvider>
            </Box>
            {vertex ? (
              <Box borderStartWidth={{ md: 1 }} h={{ md: height }} w={{ base: "full", md: "80" }}>
                <Details
                  onClose={close}
                  onOpen={(dag) => {
                    onCollapsed(new Set([...collapsed].filter((one) => one !== dag)));
                  }}
                  picture={picture}
                  vertex={vertex}
                />
              </Box>
            ) : null}
          </Flex>
          <Legend />
          <VisuallyHidden>
            <GraphText links={false} picture={picture} />
          </VisuallyHidden>
        </>
      )}
    </Stack>
  );
};
