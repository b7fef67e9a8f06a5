import { HStack, Stack } from "@chakra-ui/react";

import type { Artifact } from "src/api/client";
import { Age } from "src/components/Age";
import { ArtifactLink, Go, TaskRunLink } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Size } from "src/components/Size";
import type { Column } from "src/components/VirtualTable";
import { versionPage } from "src/links";
import type { Filters, Sort } from "src/pages/list/filters";
import { SortButton, sorted } from "src/pages/list/SortButton";

const Latest = ({ latest }: Pick<Artifact, "latest">) => <Go to={versionPage(latest.id)}>@{latest.version}</Go>;

/** The type for people, and that of Python beside it. */
const Type = ({ latest }: Pick<Artifact, "latest">) => (
  <>
    {latest.kind} · {latest.type}
  </>
);

const Name = ({ artifact }: { readonly artifact: Artifact }) => (
  <Stack gap={1}>
    <HStack gap={2} wrap="wrap">
      <ArtifactLink name={artifact.name} />
      <Labels aliases={artifact.latest.aliases} tags={artifact.latest.tags} />
    </HStack>
    <HStack color="fg.muted" fontSize="xs" gap={2} hideFrom="md" wrap="wrap">
      <Latest latest={artifact.latest} />
      <Type latest={artifact.latest} />
      {artifact.latest.producer && <TaskRunLink run={artifact.latest.producer} />}
    </HStack>
  </Stack>
);

/** What the list shows of an artifact; narrow windows put most of it under its name. */
export const columnsOf = (filters: Filters, change: (next: Partial<Filters>) => void): Column<Artifact>[] => {
  const sortable = (sort: Sort, label: string) => ({
    header: <SortButton change={change} filters={filters} label={label} sort={sort} />,
    key: sort,
    sorted: sorted(filters, sort),
  });
  return [
    { ...sortable("name", "Name"), cell: (artifact) => <Name artifact={artifact} /> },
    {
      key: "latest",
      header: "Latest",
      cell: ({ latest }) => <Latest latest={latest} />,
      width: "10%",
      wideOnly: true,
    },
    { key: "type", header: "Type", cell: ({ latest }) => <Type latest={latest} />, width: "20%", wideOnly: true },
    { ...sortable("size", "Size"), cell: ({ latest }) => <Size bytes={latest.size} />, width: "5.5rem" },
    { ...sortable("updated", "Updated"), cell: ({ latest }) => <Age at={latest.created_at} />, width: "7rem" },
    {
      key: "producer",
      header: "Made by",
      cell: ({ latest }) => (latest.producer ? <TaskRunLink run={latest.producer} /> : latest.save_kind),
      width: "22%",
      wideOnly: true,
    },
  ];
};
