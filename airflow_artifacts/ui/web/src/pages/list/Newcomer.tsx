import { Code as Word, Heading, Stack, Text } from "@chakra-ui/react";

import { Code } from "src/components/Code";
import { Copy } from "src/components/Copy";
import { example } from "src/pages/list/example";

/** What to do where there is no artifact yet. */
export const Newcomer = () => (
  <Stack gap={3} maxW="3xl">
    <Heading as="h2" size="md">
      No artifacts yet
    </Heading>
    <Text>
      A function under <Word>@task.artifact</Word> is a task whose result is kept: stored by its content, numbered, and
      known by what made it. Put this into your DAGs folder and run it:
    </Text>
    <Code label="Example" language="python" text={example} />
    <Copy text={example} what="the example" />
    <Text color="fg.muted">
      The tutorial behind it is <Word>docs/tutorial/first-artifacts.md</Word> in the sources of airflow_artifacts;{" "}
      <Word>airflow-artifacts demo</Word> runs larger examples. You see artifacts of the DAGs that you may read.
    </Text>
  </Stack>
);
