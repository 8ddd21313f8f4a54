import { findBuild, removeOldBuilds, type Build } from "./kept-build.ts";

const bundle: Build = {
  name: "workflow-bundle",
  sources: [
    "workflows/**/*.ts",
    "agents/*.ts",
    "domain/**/*.ts",
    "db/vault/**/*.ts",
    "temporal.config.ts",
    "scripts/bundle-workflows.ts",
    "workflow-bundle-options.ts",
    "package-lock.json",
  ],
  ending: ".js",
};

/** The one for workers that send traces. */
const tracingBundle: Build = { ...bundle, name: "workflow-bundle-tracing" };

/** Where the bundle of the workflows as they are now belongs, and whether it is there. */
export function findWorkflowBundle(options: {
  root: string;
  cacheDir: string;
  /** The one for workers that send traces. */
  tracing?: boolean;
}): Promise<{ file: string; built: boolean }> {
  const { tracing = false, ...places } = options;
  return findBuild(tracing ? tracingBundle : bundle, places);
}

/** Deletes all but the bundles of that kind that were used last. */
export function removeOldBundles(options: { cacheDir: string; tracing?: boolean }): Promise<void> {
  const { tracing = false, cacheDir } = options;
  return removeOldBuilds(tracing ? tracingBundle : bundle, { cacheDir });
}
