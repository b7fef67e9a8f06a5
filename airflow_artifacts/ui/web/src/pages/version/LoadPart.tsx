import { Alert, Stack } from "@chakra-ui/react";

import type { Version } from "src/api/client";
import { Code } from "src/components/Code";
import { Copy } from "src/components/Copy";
import { Panel } from "src/components/Panel";
import { snippets } from "src/pages/version/snippets";

/** How to get the value. */
export const LoadPart = ({ version }: { readonly version: Version }) => (
  <Stack gap={4}>
    {version.bytes_deleted_at === null ? null : (
      <Alert.Root status="warning">
        <Alert.Indicator />
        <Alert.Title>Its bytes were deleted: each of these ends with an error that says so.</Alert.Title>
      </Alert.Root>
    )}
    {snippets(version).map(({ language, text, title }) => (
      <Panel aside={<Copy text={text} what={`the code: ${title}`} />} key={title} title={title}>
        <Code label={`Code: ${title}`} language={language} text={text} />
      </Panel>
    ))}
  </Stack>
);
