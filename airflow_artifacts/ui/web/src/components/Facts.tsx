import { DataList } from "@chakra-ui/react";
import type { ReactNode } from "react";

interface Props {
  /** What is said, by name; what is null is left out. */
  readonly facts: Readonly<Record<string, ReactNode>>;
}

/** Names with what is said of each. */
export const Facts = ({ facts }: Props) => (
  <DataList.Root gap={2} orientation={{ base: "vertical", md: "horizontal" }} size="md">
    {Object.entries(facts)
      .filter(([, fact]) => fact !== null && fact !== undefined)
      .map(([name, fact]) => (
        <DataList.Item key={name}>
          <DataList.ItemLabel minW="32">{name}</DataList.ItemLabel>
          <DataList.ItemValue minW={0} overflowWrap="anywhere">
            {fact}
          </DataList.ItemValue>
        </DataList.Item>
      ))}
  </DataList.Root>
);
