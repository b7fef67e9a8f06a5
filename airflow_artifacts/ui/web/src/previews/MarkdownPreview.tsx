import { Box, Heading, Link, type SystemStyleObject, Table } from "@chakra-ui/react";
import type { ReactNode } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

const schemes = new Set(["http:", "https:", "mailto:"]);

/** The address where it is one that may be followed, else nothing. */
export const safeAddress = (address: string | undefined): string | undefined => {
  try {
    return address !== undefined && schemes.has(new URL(address).protocol) ? address : undefined;
  } catch {
    // Relative ones lead nowhere from here.
    return undefined;
  }
};

interface AwayProps {
  readonly children: ReactNode;
  readonly to: string | undefined;
}

const Away = ({ children, to }: AwayProps) => {
  const address = safeAddress(to);
  return address === undefined ? (
    <span>{children}</span>
  ) : (
    <Link color="fg.info" href={address} rel="noopener noreferrer" target="_blank" textDecoration="underline">
      {children}
    </Link>
  );
};

// Below the headings of the page.
const heading = (as: "h3" | "h4" | "h5" | "h6") =>
  function Titled({ children }: { readonly children?: ReactNode }) {
    return (
      <Heading as={as} mt={4} size="sm">
        {children}
      </Heading>
    );
  };

const components: Components = {
  a: ({ children, href }) => <Away to={href}>{children}</Away>,
  h1: heading("h3"),
  h2: heading("h4"),
  h3: heading("h5"),
  h4: heading("h6"),
  h5: heading("h6"),
  h6: heading("h6"),
  // Not loaded: who serves a picture learns who looks.
  img: ({ alt, src }) => <Away to={src}>{alt === undefined || alt === "" ? (src ?? "image") : `image: ${alt}`}</Away>,
  input: ({ checked }) => <span>{checked === true ? "☑ " : "☐ "}</span>,
  table: ({ children }) => (
    <Table.ScrollArea>
      <Table.Root size="sm" w="auto">
        {children}
      </Table.Root>
    </Table.ScrollArea>
  ),
  td: ({ children }) => <Table.Cell>{children}</Table.Cell>,
  th: ({ children }) => <Table.ColumnHeader>{children}</Table.ColumnHeader>,
  tr: ({ children }) => <Table.Row>{children}</Table.Row>,
};

const look: SystemStyleObject = {
  "& > * + *": { mt: 3 },
  "& blockquote": { borderColor: "border", borderInlineStartWidth: 3, color: "fg.muted", ps: 3 },
  "& code": { bg: "bg.muted", borderRadius: "sm", fontFamily: "mono", fontSize: "0.9em", px: 1 },
  "& ol": { listStyle: "decimal", ps: 6 },
  "& pre": { bg: "bg.muted", borderRadius: "md", overflow: "auto", p: 3 },
  "& ul": { listStyle: "disc", ps: 6 },
  "& ul.contains-task-list": { listStyle: "none", ps: 0 },
};

/** Markdown of others: HTML in it stays text, links lead out, and nothing is loaded. */
export const MarkdownPreview = ({ text }: { readonly text: string }) => (
  <Box css={look} maxW="4xl" overflowWrap="anywhere">
    <Markdown components={components} remarkPlugins={[remarkGfm]} urlTransform={(address) => safeAddress(address)}>
      {text}
    </Markdown>
  </Box>
);
