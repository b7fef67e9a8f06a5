import { Box, Heading, Stack, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { Code } from "src/components/Code";

interface Props {
  readonly children: ReactNode;
  /** What to write, so that there will be something. */
  readonly example?: string;
  readonly title: string;
}

/** Says that there is nothing to show, why, and what to write. */
export const Nothing = ({ children, example, title }: Props) => (
  <Stack gap={3} maxW="2xl">
    <Heading as="h2" size="md">
      {title}
    </Heading>
    <Text color="fg.muted">{children}</Text>
    {example === undefined ? null : (
      <Box>
        <Code label="Example" language="python" text={example} />
      </Box>
    )}
  </Stack>
);

/** The least that records something. */
export const artifactTask = `from airflow.sdk import dag, task


@dag
def numbers():
    @task.artifact
    def measure() -> list[int]:
        return [1, 2, 3]

    measure()


numbers()
`;
