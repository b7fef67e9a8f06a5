import { Box, HStack } from "@chakra-ui/react";
import { Link, useLocation } from "react-router-dom";

import { listPage, overviewPage } from "src/links";

const artifacts = { label: "Artifacts", to: listPage() };
const overview = { label: "Overview", to: overviewPage() };

/** The parts of this place of the navigation, in the look of Airflow's own; all but the overview is of artifacts. */
export const Sections = () => {
  const page = useLocation().pathname.replace(/\/$/, "");
  const current = page === overview.to ? overview : artifacts;
  return (
    <HStack aria-label="Artifacts" as="nav" borderBottomWidth={1} flexShrink={0} gap={0} mb={4}>
      {[artifacts, overview].map((section) => (
        <Box
          _hover={{ color: "fg" }}
          asChild
          borderBottomWidth={3}
          borderColor={section === current ? "border.info" : "transparent"}
          color={section === current ? "fg" : "fg.muted"}
          fontWeight="bold"
          key={section.to}
          mb="-1px"
          px={4}
          py={2}
        >
          <Link
            aria-current={section === current ? (section.to === page ? "page" : "true") : undefined}
            to={section.to}
          >
            {section.label}
          </Link>
        </Box>
      ))}
    </HStack>
  );
};
