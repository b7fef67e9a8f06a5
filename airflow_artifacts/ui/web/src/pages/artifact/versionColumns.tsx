import { Badge, Checkbox, HStack, Stack, VisuallyHidden } from "@chakra-ui/react";

import type { Version } from "src/api/client";
import { Age } from "src/components/Age";
import { Beneath } from "src/components/Beneath";
import { Go, TaskRunLink } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Size } from "src/components/Size";
import { TypeName } from "src/components/TypeName";
import type { Column } from "src/components/VirtualTable";
import { versionPage } from "src/links";
import { type Pair, toggled } from "src/pages/artifact/pair";

const Named = ({ version }: { readonly version: Version }) => (
  <Stack gap={1}>
    <HStack gap={2} wrap="wrap">
      <Go to={versionPage(version.id)}>@{version.version}</Go>
      <Labels aliases={version.aliases} tags={version.tags} />
      {version.pinned && <Badge colorPalette="purple">pinned</Badge>}
      {version.bytes_deleted_at !== null && <Badge colorPalette="red">bytes deleted</Badge>}
    </HStack>
    <Beneath>
      <Size bytes={version.size} />
      <Age at={version.created_at} />
      <span>{version.save_kind}</span>
      {version.producer && <TaskRunLink run={version.producer} />}
    </Beneath>
  </Stack>
);

interface PickProps {
  readonly onPick: (pair: Pair) => void;
  readonly pair: Pair;
  readonly version: Version;
}

const Pick = ({ onPick, pair, version }: PickProps) => (
  <Checkbox.Root
    checked={pair.some(({ id }) => id === version.id)}
    onCheckedChange={() => {
      onPick(toggled(pair, version));
    }}
    size="sm"
    verticalAlign="middle"
  >
    <Checkbox.HiddenInput aria-label={`Pick @${version.version} to compare`} />
    <Checkbox.Control />
  </Checkbox.Root>
);

/** What the table shows of a version; narrow windows put some of it under its number. */
export const versionColumns = (pair: Pair, onPick: (pair: Pair) => void): Column<Version>[] => [
  {
    key: "pick",
    header: <VisuallyHidden>Pick to compare</VisuallyHidden>,
    cell: (version) => <Pick onPick={onPick} pair={pair} version={version} />,
    width: "2.5rem",
  },
  { key: "version", header: "Version", cell: (version) => <Named version={version} /> },
  { key: "type", header: "Python type", cell: ({ type }) => <TypeName type={type} />, width: "18%", wideOnly: true },
  { key: "size", header: "Size", cell: ({ size }) => <Size bytes={size} />, width: "5.5rem", wideOnly: true },
  { key: "age", header: "Saved", cell: ({ created_at }) => <Age at={created_at} />, width: "7rem", wideOnly: true },
  { key: "kind", header: "How", cell: ({ save_kind }) => save_kind, width: "9rem", wideOnly: true },
  {
    key: "producer",
    header: "Made by",
    cell: ({ producer }) => (producer ? <TaskRunLink run={producer} /> : "–"),
    width: "22%",
    wideOnly: true,
  },
];
