import { HStack, SimpleGrid, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import type { VersionDetail } from "src/api/client";
import { Age } from "src/components/Age";
import { Copy } from "src/components/Copy";
import { Definitions } from "src/components/Definitions";
import { TaskRunLink, VersionLink } from "src/components/Go";
import { Moment } from "src/components/Moment";
import { Size } from "src/components/Size";

const since = (at: string): ReactNode => (
  <span>
    <Moment at={at} /> (<Age at={at} />)
  </span>
);

const interval = ({ interval_end: end, interval_start: start }: VersionDetail): ReactNode =>
  start === null || end === null ? null : (
    <span>
      <Moment at={start} /> to <Moment at={end} />
    </span>
  );

const copied = (text: string, what: string): ReactNode => (
  <HStack gap={2}>
    <Text as="span" title={text} truncate>
      {text}
    </Text>
    <Copy text={text} what={what} />
  </HStack>
);

/** The facts of a version in two columns. */
export const Described = ({ detail }: { readonly detail: VersionDetail }) => {
  const { origin, previous, version } = detail;
  const { length, producer } = version;
  return (
    <SimpleGrid columns={{ base: 1, xl: 2 }} columnGap={8} rowGap={2}>
      <Definitions
        entries={{
          Type: version.kind,
          "Python type": version.type,
          Size: <Size bytes={version.size} />,
          Length: length === null ? null : `${length.toLocaleString("en")} ${length === 1 ? "entry" : "entries"}`,
          Materializer: detail.materializer === version.type ? null : detail.materializer,
          Fingerprint: detail.fingerprint === null ? null : copied(detail.fingerprint, "the fingerprint"),
          UUID: copied(version.id, "the UUID"),
        }}
      />
      <Definitions
        entries={{
          Saved: since(version.created_at),
          Effective: <Moment at={version.effective_at} />,
          Interval: interval(detail),
          How: version.save_kind,
          "Made by": producer === null ? null : <TaskRunLink run={producer} />,
          "Copy of": origin === null ? null : <VersionLink version={origin} />,
          Previous: previous === null ? null : <VersionLink version={previous} />,
        }}
      />
    </SimpleGrid>
  );
};
