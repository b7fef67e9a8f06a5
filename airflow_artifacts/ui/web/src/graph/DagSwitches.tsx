import { Box, Button, HStack, Text } from "@chakra-ui/react";

interface Props {
  readonly collapsed: ReadonlySet<string>;
  readonly dags: readonly string[];
  readonly onCollapsed: (dags: ReadonlySet<string>) => void;
}

// Of more there are two buttons for all.
const most = 12;

/** Which DAGs are drawn as one node each. */
export const DagSwitches = ({ collapsed, dags, onCollapsed }: Props) => {
  const toggle = (dag: string) => {
    const others = [...collapsed].filter((one) => one !== dag);
    onCollapsed(new Set(collapsed.has(dag) ? others : [...others, dag]));
  };
  return (
    <HStack aria-label="DAGs" gap={1} role="group" wrap="wrap">
      <Text color="fg.muted" fontSize="sm">
        DAGs:
      </Text>
      {dags.slice(0, most).map((dag) => (
        <Button
          aria-expanded={!collapsed.has(dag)}
          key={dag}
          maxW="60"
          onClick={() => {
            toggle(dag);
          }}
          size="2xs"
          title={collapsed.has(dag) ? `Expand ${dag}` : `Show ${dag} as one node`}
          variant={collapsed.has(dag) ? "subtle" : "outline"}
        >
          <span aria-hidden>{collapsed.has(dag) ? "+" : "−"}</span>
          <Box as="span" truncate>
            {dag}
          </Box>
        </Button>
      ))}
      {dags.length > 1 ? (
        <Button
          onClick={() => {
            onCollapsed(new Set(collapsed.size === 0 ? dags : []));
          }}
          size="2xs"
          variant="ghost"
        >
          {collapsed.size === 0 ? "Collapse all" : "Expand all"}
        </Button>
      ) : null}
    </HStack>
  );
};
