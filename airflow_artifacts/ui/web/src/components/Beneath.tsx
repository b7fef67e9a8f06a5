import { HStack } from "@chakra-ui/react";
import type { ReactNode } from "react";

/** What narrow windows show under the first cell of a row, in place of the columns that they go without. */
export const Beneath = ({ children }: { readonly children: ReactNode }) => (
  <HStack color="fg.muted" columnGap={3} fontSize="xs" hideFrom="md" rowGap={1} wrap="wrap">
    {children}
  </HStack>
);
