import { Box } from "@chakra-ui/react";
import { Route, Routes } from "react-router-dom";

import { ArtifactPage } from "src/pages/artifact/ArtifactPage";
import { ComparePage } from "src/pages/compare/ComparePage";
import { LineagePage } from "src/pages/lineage/LineagePage";
import { ListPage } from "src/pages/list/ListPage";
import { OverviewPage } from "src/pages/overview/OverviewPage";
import { VersionPage } from "src/pages/version/VersionPage";

/** What stands behind "Artifacts" in Airflow's navigation. */
export const Artifacts = () => (
  <Box h="full" overflow="auto" p={4}>
    <Routes>
      <Route element={<ListPage />} index />
      <Route element={<OverviewPage />} path="overview" />
      <Route element={<ArtifactPage />} path="artifact/*" />
      <Route element={<VersionPage />} path="version/:id" />
      <Route element={<ComparePage />} path="compare" />
      <Route element={<LineagePage />} path="lineage/:id" />
    </Routes>
  </Box>
);
