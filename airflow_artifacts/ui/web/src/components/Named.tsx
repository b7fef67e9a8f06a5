import { Box, Text } from "@chakra-ui/react";

import type { NamedVersion } from "src/api/client";
import { VersionLink } from "src/components/Go";

// In a table; a task's own page shows all.
const few = 5;

const One = ({ named: { kind, name, version } }: { readonly named: NamedVersion }) => (
  <>
    <Text as="span" color="fg.muted">
      {name}:
    </Text>{" "}
    {version ? <VersionLink version={version} /> : "not yours to see"}
    {kind === "reused" ? " (reused)" : ""}
  </>
);

interface Props {
  readonly all?: boolean;
  readonly label: string;
  readonly named: readonly NamedVersion[];
}

/** Inputs or outputs under the names of parameters and outputs. */
export const Named = ({ all = false, label, named }: Props) =>
  named.length === 0 ? (
    <Text color="fg.muted">none</Text>
  ) : (
    <Box aria-label={label} as="ul" listStyleType="none">
      {named.slice(0, all ? undefined : few).map((one, at) => (
        <Box as="li" key={`${one.name} ${at}`} overflowWrap="anywhere">
          <One named={one} />
        </Box>
      ))}
      {!all && named.length > few ? <li>and {named.length - few} more</li> : null}
    </Box>
  );
