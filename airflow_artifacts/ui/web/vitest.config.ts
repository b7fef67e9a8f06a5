import { defineConfig, mergeConfig } from "vitest/config";

import build from "./vite.config";

export default defineConfig((environment) =>
  mergeConfig(build(environment), {
    test: {
      environment: "jsdom",
      include: ["test/**/*.test.{ts,tsx}"],
      setupFiles: ["test/setup.ts"],
      // A busy machine draws slowly.
      testTimeout: 30_000,
    },
  }),
);
