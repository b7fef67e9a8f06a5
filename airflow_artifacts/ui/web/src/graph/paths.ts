import { around } from "src/graph/order";
import type { Link, Picture } from "src/graph/picture";

/** What stands out: vertices by id, and the links between them. */
export interface Lit {
  readonly vertices: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
}

const above = (links: readonly Link[], id: string): ReadonlySet<string> => {
  const found = new Set([id]);
  // A set gives what is added while it is walked.
  for (const one of found) {
    around(links, one).from.forEach(({ source }) => found.add(source));
  }
  return found;
};

const below = (links: readonly Link[], id: string): ReadonlySet<string> => {
  const found = new Set([id]);
  for (const one of found) {
    around(links, one).to.forEach(({ target }) => found.add(target));
  }
  return found;
};

const both = (these: ReadonlySet<string>, those: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...these].filter((id) => those.has(id)));

const lit = (picture: Picture, vertices: ReadonlySet<string>): Lit => ({
  vertices,
  links: new Set(
    picture.links.filter(({ source, target }) => vertices.has(source) && vertices.has(target)).map(({ id }) => id),
  ),
});

/**
 * Every way between a vertex and the root; without a root, or a way, all that it comes from and leads to.
 *
 * Nothing comes from a later run that returned it again, so that no way to the root leads through a reuse.
 */
export const waysToRoot = (picture: Picture, id: string): Lit => {
  const { links, root } = picture;
  if (root !== null && root !== id) {
    const made = links.filter(({ kind }) => kind !== "reused");
    const [sources, targets] = [above(made, id), below(made, id)];
    if (targets.has(root)) {
      return lit(picture, both(targets, above(made, root)));
    }
    if (sources.has(root)) {
      return lit(picture, both(sources, below(made, root)));
    }
  }
  return lit(picture, new Set([...above(links, id), ...below(links, id)]));
};
