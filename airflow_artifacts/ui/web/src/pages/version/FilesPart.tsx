import { HStack, Link, Stack, Text } from "@chakra-ui/react";

import { fileAddress } from "src/api/addresses";
import type { File, VersionDetail } from "src/api/client";
import { Copy } from "src/components/Copy";
import { Panel } from "src/components/Panel";
import { Size } from "src/components/Size";
import { type Column, VirtualTable } from "src/components/VirtualTable";

const Digest = ({ file: { digest, path } }: { readonly file: File }) => (
  <HStack gap={2}>
    <Text as="span" fontFamily="mono" title={digest} truncate>
      {digest}
    </Text>
    <Copy text={digest} what={`the digest of ${path}`} />
  </HStack>
);

const Bytes = ({ file, id }: { readonly file: File; readonly id: string }) => {
  if (file.downloadable) {
    return (
      <Link aria-label={`Download ${file.path}`} color="fg.info" download href={fileAddress(id, file.path)}>
        Download
      </Link>
    );
  }
  return <span>{file.uri === null ? "not there any more" : `registered: ${file.uri}`}</span>;
};

const columnsOf = (id: string): readonly Column<File>[] => [
  { key: "path", header: "File", cell: ({ path }) => path, width: "30%" },
  { key: "size", header: "Size", cell: ({ size }) => <Size bytes={size} />, width: "6rem" },
  { key: "digest", header: "Digest", cell: (file) => <Digest file={file} />, wideOnly: true },
  { key: "bytes", header: "Bytes", cell: (file) => <Bytes file={file} id={id} />, width: "20%" },
];

/** The files of a version, each with its digest and where its bytes are. */
export const FilesPart = ({ detail }: { readonly detail: VersionDetail }) => {
  const { file_count: count, files, version } = detail;
  return (
    <Panel title="Files">
      <Stack gap={2}>
        <Text color="fg.muted" fontSize="sm">
          {count.toLocaleString("en")} {count === 1 ? "file" : "files"}
          {files.length < count ? `, of which these are the first ${files.length.toLocaleString("en")}` : ""}
        </Text>
        <VirtualTable
          columns={columnsOf(version.id)}
          height="28rem"
          keyOf={({ path }) => path}
          label="List of files"
          rows={files}
          total={files.length}
        />
      </Stack>
    </Panel>
  );
};
