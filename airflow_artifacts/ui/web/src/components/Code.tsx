import { Box } from "@chakra-ui/react";
import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import bash from "highlight.js/lib/languages/bash";
import diff from "highlight.js/lib/languages/diff";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import { createLowlight } from "lowlight";
import { Fragment, type ReactElement, useMemo } from "react";
import { jsx, jsxs } from "react/jsx-runtime";

const lowlight = createLowlight({ bash, diff, json, python });

// Above it colours are not worth the wait.
const most = 200_000;

// Colours of Chakra, which follow the theme.
const colours = {
  "& .hljs-keyword, & .hljs-literal, & .hljs-built_in": { color: "purple.fg" },
  "& .hljs-string, & .hljs-addition": { color: "green.fg" },
  "& .hljs-deletion": { color: "red.fg" },
  "& .hljs-comment, & .hljs-meta": { color: "fg.muted" },
  "& .hljs-number, & .hljs-attr, & .hljs-title": { color: "blue.fg" },
};

interface Props {
  /** What screen readers call it. */
  readonly label: string;
  readonly language: "bash" | "diff" | "json" | "python" | "text";
  readonly text: string;
}

/** Source text in colours; it scrolls where it is long, by keyboard too. */
export const Code = ({ label, language, text }: Props) => {
  const shown = useMemo(
    () =>
      language === "text" || text.length > most
        ? text
        : (toJsxRuntime(lowlight.highlight(language, text), { Fragment, jsx, jsxs }) as ReactElement),
    [language, text],
  );
  return (
    <Box
      aria-label={label}
      as="pre"
      bg="bg.muted"
      borderRadius="md"
      css={colours}
      fontFamily="mono"
      fontSize="sm"
      maxH="md"
      overflow="auto"
      p={3}
      role="region"
      tabIndex={0}
    >
      <code>{shown}</code>
    </Box>
  );
};
