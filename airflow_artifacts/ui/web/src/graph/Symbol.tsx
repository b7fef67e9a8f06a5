import type { Vertex } from "src/graph/picture";

const paths: Record<Vertex["kind"], string> = {
  // A box, a circle with what runs in it, a lock, and boxes in boxes.
  version: "M8 1.5 14 4.7v6.6L8 14.5 2 11.3V4.7L8 1.5Zm0 6.4 6-3.2M8 7.9 2 4.7m6 3.2v6.6",
  task_run: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm-1.5 4v5l4-2.5-4-2.5Z",
  hidden: "M3.5 7h9v7h-9V7Zm2 0V4.5a2.5 2.5 0 0 1 5 0V7",
  dag: "M1.5 1.5h13v13h-13v-13Zm3 3h3v3h-3v-3Zm4 4h3v3h-3v-3Z",
};

/** The sign of a kind of vertex; what it means stands beside it in words. */
export const Symbol = ({ kind }: { readonly kind: Vertex["kind"] }) => (
  <svg aria-hidden fill="none" height="16" style={{ flexShrink: 0 }} viewBox="0 0 16 16" width="16">
    <path d={paths[kind]} stroke="currentColor" strokeLinejoin="round" strokeWidth="1.3" />
  </svg>
);
