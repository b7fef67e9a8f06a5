import { esmExternalRequirePlugin } from "vite";
import { defineConfig } from "vitest/config";
import cssInjectedByJs from "vite-plugin-css-injected-by-js";

// Airflow's page has these already: the bundle takes them from there, and with them its look, its theme and its router.
const airflow: Record<string, string> = {
  react: "React",
  "react-dom": "ReactDOM",
  "react/jsx-runtime": "ReactJSXRuntime",
  "react-router-dom": "ReactRouterDOM",
  "@chakra-ui/react": "ChakraUI",
  "@emotion/react": "EmotionReact",
};

export default defineConfig(({ mode }) => ({
  // The second lets CommonJS packages take React from Airflow as well.
  plugins: [cssInjectedByJs(), esmExternalRequirePlugin({ external: Object.keys(airflow) })],
  resolve: { tsconfigPaths: true },
  // The tests need what React has for them in development only.
  define: mode === "test" ? {} : { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "dist",
    sourcemap: false,
    lib: {
      entry: "src/main.tsx",
      formats: ["iife"],
      name: "AirflowArtifacts",
      fileName: () => "artifacts.js",
    },
    rolldownOptions: {
      // Libraries mark what runs in a browser; all of this does.
      onLog: (level, log, report) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") {
          report(level, log);
        }
      },
      output: { globals: airflow },
    },
  },
  test: { environment: "jsdom", include: ["test/**/*.test.{ts,tsx}"], setupFiles: ["test/setup.ts"] },
}));
