import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router-dom";

import type { GraphState } from "src/graph/state";

export const directions = ["both", "upstream", "downstream"] as const;

export type Direction = (typeof directions)[number];

export const deepest = 20;

export interface LineageState extends Omit<GraphState, "collapsed"> {
  /** Nothing where the address leaves it to the page. */
  readonly collapsed: ReadonlySet<string> | null;
  readonly direction: Direction;
  readonly onDirection: (direction: Direction) => void;
  readonly depth: number;
  readonly onDepth: (depth: number) => void;
}

const defaultDepth = 3;

const directionIn = (params: URLSearchParams): Direction =>
  directions.find((one) => one === params.get("direction")) ?? "both";

const depthIn = (params: URLSearchParams): number => {
  const depth = Math.trunc(Number(params.get("depth") ?? defaultDepth));
  return Number.isNaN(depth) ? defaultDepth : Math.min(Math.max(depth, 1), deepest);
};

/** What is shown, kept in the address, so that it can be sent to somebody; what it does not say is the default. */
export const useLineageState = (): LineageState => {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (name: string, ...values: string[]) => {
      setParams(
        (before) => {
          const now = new URLSearchParams(before);
          now.delete(name);
          values.forEach((value) => {
            now.append(name, value);
          });
          return now;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  return useMemo(
    () => ({
      direction: directionIn(params),
      onDirection: (direction: Direction) => {
        set("direction", direction);
      },
      depth: depthIn(params),
      onDepth: (depth: number) => {
        set("depth", String(depth));
      },
      collapsed: params.has("collapsed") ? new Set(params.getAll("collapsed").filter((dag) => dag !== "")) : null,
      onCollapsed: (dags: ReadonlySet<string>) => {
        set("collapsed", ...(dags.size === 0 ? [""] : dags));
      },
      asText: params.get("view") === "text",
      onAsText: (asText: boolean) => {
        set("view", ...(asText ? ["text"] : []));
      },
    }),
    [params, set],
  );
};
