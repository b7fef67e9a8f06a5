import { Text } from "@chakra-ui/react";

import type { Change } from "src/api/client";
import { Rows } from "src/components/Rows";
import { Changes } from "src/pages/compare/Changes";

type Types = ReadonlyMap<string, string>;

/** Types by column, of pairs as the schema of a table is written; nothing where it is written otherwise. */
const typesOf = (schema: unknown): Types | null => {
  const pairs: readonly unknown[] = Array.isArray(schema) ? schema : [undefined];
  const isPair = (one: unknown): one is [string, string] =>
    Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === "string");
  return pairs.every(isPair) ? new Map(pairs) : null;
};

const Type = ({ type }: { readonly type: string | undefined }) =>
  type ?? (
    <Text as="span" color="fg.muted" fontStyle="italic">
      not there
    </Text>
  );

/** The columns that came, went or changed their type; where none did, they stand in another order. */
export const SchemaChange = ({ change }: { readonly change: Change }) => {
  const before = typesOf(change.before);
  const now = typesOf(change.now);
  if (before === null || now === null) {
    return <Changes changes={[change]} label="Schema" />;
  }
  const changed = [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
  return changed.length === 0 ? (
    <Text>The columns stand in another order.</Text>
  ) : (
    <Rows
      heads={["Column", "Type before", "Type now"]}
      label="Changed columns"
      rows={changed.map((name) => ({
        cells: [name, <Type key="before" type={before.get(name)} />, <Type key="now" type={now.get(name)} />],
        key: name,
      }))}
    />
  );
};
