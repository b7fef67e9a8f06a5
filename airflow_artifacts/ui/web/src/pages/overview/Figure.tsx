import { Stat } from "@chakra-ui/react";
import type { ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  readonly label: string;
  /** A sentence that says what is counted. */
  readonly means: string;
}

/** One number with its meaning. */
export const Figure = ({ children, label, means }: Props) => (
  <Stat.Root borderRadius="md" borderWidth={1} p={{ base: 3, md: 4 }}>
    <Stat.Label>{label}</Stat.Label>
    <Stat.ValueText fontSize={{ base: "md", md: "2xl" }} overflowWrap="anywhere">
      {children}
    </Stat.ValueText>
    <Stat.HelpText as="dd" mb={0} whiteSpace="normal">
      {means}
    </Stat.HelpText>
  </Stat.Root>
);
