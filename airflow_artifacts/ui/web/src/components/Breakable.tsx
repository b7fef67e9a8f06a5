import { Fragment } from "react";

// After what parts a name, and before a version or an index.
const seams = /(?<=[_/.:-])(?![_/.:-])|(?=[@[])/;

/** A name that a narrow place may break where its parts meet, rather than within a word. */
export const Breakable = ({ text }: { readonly text: string }) =>
  text.split(seams).map((part, at) => (
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
