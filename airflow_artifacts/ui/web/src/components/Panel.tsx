import { Box, Heading, HStack } from "@chakra-ui/react";
import { type ReactNode, useId } from "react";

interface Props {
  /** Stands at the right of the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly title: string;
}

/** A part of a page under a title, which screen readers find by it. */
export const Panel = ({ aside, children, title }: Props) => {
  const id = useId();
  return (
    <Box aria-labelledby={id} as="section" borderRadius="md" borderWidth={1} p={4}>
      <HStack columnGap={3} justify="space-between" mb={3} wrap="wrap">
        <Heading as="h2" id={id} size="md">
          {title}
        </Heading>
        {aside}
      </HStack>
      {children}
    </Box>
  );
};
