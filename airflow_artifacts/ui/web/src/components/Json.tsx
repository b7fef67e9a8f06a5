import { Box } from "@chakra-ui/react";
import { JsonView } from "react-json-view-lite";

import { inLine } from "src/components/figure";

const style = {
  container: "json-container",
  basicChildStyle: "json-child",
  childFieldsContainer: "json-children",
  label: "json-label",
  clickableLabel: "json-label json-toggle",
  nullValue: "json-word",
  undefinedValue: "json-word",
  booleanValue: "json-word",
  numberValue: "json-number",
  stringValue: "json-text",
  otherValue: "json-text",
  punctuation: "json-sign",
  expandIcon: "json-toggle json-expand",
  collapseIcon: "json-toggle json-collapse",
  collapsedContent: "json-toggle json-more",
  stringifyStringValues: true,
};

// Colours of Chakra, which follow the theme.
const look = {
  "& ul": { listStyle: "none", margin: 0, padding: 0 },
  "& .json-children .json-child": { ps: 4 },
  "& .json-label": { color: "fg.muted", me: 1.5 },
  "& .json-word": { color: "purple.fg" },
  "& .json-number": { color: "blue.fg" },
  "& .json-text": { color: "green.fg", overflowWrap: "anywhere" },
  "& .json-toggle": { cursor: "pointer" },
  "& .json-expand::after": { content: "'▸ '" },
  "& .json-collapse::after": { content: "'▾ '" },
  "& .json-more::after": { content: "'…'" },
};

interface Props {
  readonly label: string;
  /** How many levels are open at first. */
  readonly open?: number;
  readonly value: unknown;
}

/** JSON that opens and closes, by keyboard too; a value without parts in one line. */
export const Json = ({ label, open = 1, value }: Props) =>
  typeof value === "object" && value !== null ? (
    <Box css={look} fontFamily="mono" fontSize="sm" maxW="full">
      <JsonView
        aria-label={label}
        clickToExpandNode
        data={value}
        shouldExpandNode={(level) => level < open}
        style={style}
      />
    </Box>
  ) : (
    <Box as="span" fontFamily="mono" fontSize="sm" overflowWrap="anywhere" whiteSpace="pre-wrap">
      {inLine(value)}
    </Box>
  );
