import { useMemo, useState } from "react";

import { type Lit, waysToRoot } from "src/graph/paths";
import type { Link, Picture } from "src/graph/picture";

interface Hovered {
  readonly lit: Lit | null;
  readonly onVertex: (id: string | null) => void;
  readonly onLink: (link: Link | null) => void;
}

/** What stands out: the ways between the root and the vertex, or the link, under the pointer or the focus. */
export const useLit = (picture: Picture, selected: string | null): Hovered => {
  const [vertex, onVertex] = useState<string | null>(null);
  const [link, onLink] = useState<Link | null>(null);
  const at = vertex ?? selected;
  const lit = useMemo(() => {
    if (link) {
      return { vertices: new Set([link.source, link.target]), links: new Set([link.id]) };
    }
    return at === null || !picture.vertices.some(({ id }) => id === at) ? null : waysToRoot(picture, at);
  }, [at, link, picture]);
  return { lit, onVertex, onLink };
};
