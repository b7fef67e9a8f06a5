import { Box, HStack } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { listPage, overviewPage } from "src/links";

const sections = [
  { label: "Artifacts", to: listPage() },
  { label: "Overview", to: overviewPage() },
];

/** The parts of this place of the navigation, in the look of Airflow's own. */
export const Sections = () => (
  <HStack aria-label="Artifacts" as="nav" borderBottomWidth={1} flexShrink={0} gap={0} mb={4}>
    {sections.map(({ label, to }) => (
      <Box
        _currentPage={{ borderColor: "border.info", color: "fg" }}
        _hover={{ color: "fg" }}
        asChild
        borderBottomWidth={3}
        borderColor="transparent"
        color="fg.muted"
        fontWeight="bold"
        key={to}
        mb="-1px"
        px={4}
        py={2}
      >
        <NavLink end to={to}>
          {label}
        </NavLink>
      </Box>
    ))}
  </HStack>
);
