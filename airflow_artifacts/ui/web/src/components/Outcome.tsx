import { Badge } from "@chakra-ui/react";

import type { Decision } from "src/api/client";

const palettes: Record<string, string> = { hit: "green", miss: "orange" };

/** What the cache decided: a word and a colour, never the colour alone. */
export const Outcome = ({ decision }: { readonly decision: Pick<Decision, "outcome"> | null }) => {
  const outcome = decision?.outcome ?? "not asked";
  return <Badge colorPalette={palettes[outcome] ?? "gray"}>{outcome === "hit" ? "cached" : outcome}</Badge>;
};
