import { DataList } from "@chakra-ui/react";
import type { ReactNode } from "react";

interface Props {
  /** What is said, by name; what is null is left out. */
  readonly entries: Readonly<Record<string, ReactNode>>;
}

/** Names with what is said of each. */
export const Definitions = ({ entries }: Props) => (
  <DataList.Root gap={2} orientation={{ base: "vertical", md: "horizontal" }} size="md">
    {Object.entries(entries)
      .filter(([, said]) => said !== null && said !== undefined)
      .map(([name, said]) => (
        <DataList.Item key={name}>
          <DataList.ItemLabel minW="32">{name}</DataList.ItemLabel>
          <DataList.ItemValue minW={0} overflowWrap="anywhere">
            {said}
          </DataList.ItemValue>
        </DataList.Item>
      ))}
  </DataList.Root>
);
