import { Flex } from "@chakra-ui/react";
import { Route, Routes } from "react-router-dom";

import { Sections } from "src/components/Sections";
import { ArtifactPage } from "src/pages/artifact/ArtifactPage";
import { ComparePage } from "src/pages/compare/ComparePage";
import { LineagePage } from "src/pages/lineage/LineagePage";
import { ListPage } from "src/pages/list/ListPage";
import { NotFound } from "src/pages/NotFound";
import { OverviewPage } from "src/pages/overview/OverviewPage";
import { VersionPage } from "src/pages/version/VersionPage";

/** What stands behind "Artifacts" in Airflow's navigation. */
export const Artifacts = () => (
  <Flex as="main" direction="column" h="full" overflow="auto" p={{ base: 2, md: 3 }}>
    <Sections />
    <Routes>
      <Route element={<ListPage />} index />
      <Route element={<OverviewPage />} path="overview" />
      <Route element={<ArtifactPage />} path="artifact/*" />
      <Route element={<VersionPage />} path="version/:id" />
      <Route element={<ComparePage />} path="compare" />
      <Route element={<LineagePage />} path="lineage/:id" />
      <Route element={<NotFound />} path="*" />
    </Routes>
  </Flex>
);
