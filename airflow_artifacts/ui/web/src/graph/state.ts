import { useMemo, useState } from "react";

/** What a person chose to see of a graph, and how they choose anew. */
export interface GraphState {
  readonly collapsed: ReadonlySet<string>;
  readonly onCollapsed: (dags: ReadonlySet<string>) => void;
  readonly asText: boolean;
  readonly onAsText: (asText: boolean) => void;
}

/** Kept while the graph stands; for where the address belongs to somebody else. */
export const useLocalState = (collapsedAtFirst: ReadonlySet<string>): GraphState => {
  const [collapsed, onCollapsed] = useState<ReadonlySet<string> | null>(null);
  const [asText, onAsText] = useState(false);
  return useMemo(
    () => ({ collapsed: collapsed ?? collapsedAtFirst, onCollapsed, asText, onAsText }),
    [asText, collapsed, collapsedAtFirst],
  );
};
