import { Text } from "@chakra-ui/react";

import type { NamedVersion } from "src/api/client";
import { VersionLink } from "src/components/Go";
import { Rows } from "src/components/Rows";

const Named = ({ version }: Pick<NamedVersion, "version">) =>
  version === null ? (
    <Text as="span" color="fg.muted">
      of a DAG that you may not see
    </Text>
  ) : (
    <VersionLink version={version} />
  );

/** What a task run read, by the name of the parameter. */
export const InputsTable = ({ inputs }: { readonly inputs: readonly NamedVersion[] }) => (
  <Rows
    heads={["Name", "Version", "As", "Asked for as"]}
    label="Inputs"
    rows={inputs.map(({ kind, name, reference, version }, at) => ({
      cells: [name, <Named key="version" version={version} />, kind, reference],
      key: `${at} ${name}`,
    }))}
  />
);
