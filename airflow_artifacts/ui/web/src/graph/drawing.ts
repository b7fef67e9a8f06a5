import { createContext, useContext } from "react";

import type { Lit } from "src/graph/paths";

interface Drawing {
  /** What stands out at the moment; nothing where all is alike. */
  readonly lit: Lit | null;
  readonly root: string | null;
  /** The vertex whose details are shown. */
  readonly selected: string | null;
  readonly select: (id: string) => void;
}

/** What all parts of one drawn graph share; beside xyflow's nodes, so that a hover lays nothing out anew. */
export const DrawingContext = createContext<Drawing>({
  lit: null,
  root: null,
  selected: null,
  select: () => undefined,
});

export const useDrawing = (): Drawing => useContext(DrawingContext);
