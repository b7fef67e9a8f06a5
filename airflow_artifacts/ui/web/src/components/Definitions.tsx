import { Box } from "@chakra-ui/react";
import { Fragment, type ReactNode } from "react";

interface Props {
  /** What is said, by name; what is null is left out. */
  readonly entries: Readonly<Record<string, ReactNode>>;
}

/** Names with what is said of each, one below the other. */
export const Definitions = ({ entries }: Props) => (
  <Box
    alignContent="start"
    as="dl"
    columnGap={4}
    display="grid"
    gridTemplateColumns="minmax(6rem, max-content) minmax(0, 1fr)"
    rowGap={2}
  >
    {Object.entries(entries)
      .filter(([, said]) => said !== null && said !== undefined)
      .map(([name, said]) => (
        <Fragment key={name}>
          <Box as="dt" color="fg.muted" maxW={{ base: "8rem", md: "20rem" }} overflowWrap="anywhere">
            {name}
          </Box>
          <Box as="dd" css={{ "& a": { display: "inline" } }} minW={0} overflowWrap="anywhere">
            {said}
          </Box>
        </Fragment>
      ))}
  </Box>
);
