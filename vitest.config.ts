import { defineConfig } from "vitest/config";

/** Folders whose tests lie beside their sources. */
const SOURCES =
  "{domain,workflows,agents,activities,platforms,providers,media,storage,db,api,observe,local,scripts,web,bench,deploy}";

/** Brings PostgreSQL, Temporal and the test server where the runner (`npm test`) has not. */
const SERVICES = ["./test/harness/global-setup.ts"];

export default defineConfig({
  test: {
    // A test left alone by `.only` must not make the others pass unseen.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [`${SOURCES}/**/*.test.ts`, "*.test.ts", "test/harness/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.integration.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [`${SOURCES}/**/*.integration.test.ts`, "test/harness/**/*.integration.test.ts"],
          globalSetup: SERVICES,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      ...["contracts", "workflows", "api", "golden"].map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          globalSetup: SERVICES,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      })),
      ...["e2e", "chaos"].map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          globalSetup: SERVICES,
          // Each starts whole installations: two at once would starve each other.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      })),
    ],
  },
});
