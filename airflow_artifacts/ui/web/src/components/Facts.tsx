import { DataList } from "@chakra-ui/react";
import type { ReactNode } from "react";

/** Short facts under their names, side by side where there is room. */
export const Facts = ({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) => (
  <DataList.Root display="grid" gap={4} gridTemplateColumns="repeat(auto-fit, minmax(7.5rem, 1fr))">
    {facts.map(([name, value]) => (
      <DataList.Item key={name}>
        <DataList.ItemLabel>{name}</DataList.ItemLabel>
        <DataList.ItemValue display="block" overflowWrap="anywhere">
          {value}
        </DataList.ItemValue>
      </DataList.Item>
    ))}
  </DataList.Root>
);
