import { Alert, Badge, Button, Heading, HStack, Stack } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router-dom";

import type { VersionDetail } from "src/api/client";
import { ArtifactLink } from "src/components/Go";
import { Labels } from "src/components/Labels";
import { Moment } from "src/components/Moment";
import { comparePage, lineagePage } from "src/links";
import { Actions } from "src/pages/version/actions/Actions";
import { Described } from "src/pages/version/Described";

const Deleted = ({ at }: { readonly at: string }) => (
  <Alert.Root status="warning">
    <Alert.Indicator />
    <Alert.Content>
      <Alert.Title>The bytes of this version were deleted</Alert.Title>
      <Alert.Description>
        at <Moment at={at} />. What is recorded of it stays, and so does its preview; it cannot be loaded any more.
      </Alert.Description>
    </Alert.Content>
  </Alert.Root>
);

const Ways = ({ detail: { previous, version } }: Props) => (
  <HStack gap={2} wrap="wrap">
    <Button asChild size="sm" variant="outline">
      <RouterLink to={lineagePage(version.id)}>Lineage</RouterLink>
    </Button>
    {previous === null ? null : (
      <Button asChild size="sm" variant="outline">
        <RouterLink to={comparePage(previous.id, version.id)}>Compare with @{previous.version}</RouterLink>
      </Button>
    )}
  </HStack>
);

interface Props {
  readonly detail: VersionDetail;
}

/** What a version is, and what may be done with it. */
export const Head = ({ detail }: Props) => {
  const { version } = detail;
  return (
    <Stack gap={4}>
      <HStack gap={3} justify="space-between" wrap="wrap">
        <HStack gap={3} minW={0} wrap="wrap">
          <Heading as="h1" overflowWrap="anywhere" size="xl">
            <ArtifactLink name={version.artifact} />@{version.version}
          </Heading>
          {/* Who may change tags finds them below, where they can be taken away. */}
          <Labels aliases={version.aliases} tags={detail.may_edit ? [] : version.tags} />
          {version.pinned ? <Badge colorPalette="purple">pinned</Badge> : null}
        </HStack>
        <Ways detail={detail} />
      </HStack>
      {version.bytes_deleted_at === null ? null : <Deleted at={version.bytes_deleted_at} />}
      <Described detail={detail} />
      {detail.may_edit ? <Actions version={version} /> : null}
    </Stack>
  );
};
