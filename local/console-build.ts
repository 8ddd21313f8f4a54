import { findBuild, removeOldBuilds, type Build } from "./kept-build.ts";

const consoleBuild: Build = {
  name: "console",
  sources: [
    "web/**/*",
    "domain/**/*.ts",
    "docs/notifications.md",
    "scripts/build-console.ts",
    "tsconfig.json",
    "package-lock.json",
  ],
  ending: "",
};

/** Where the console built from the sources as they are now belongs, and whether it is there. */
export async function findConsole(options: {
  root: string;
  cacheDir: string;
}): Promise<{ dir: string; built: boolean }> {
  const { file, built } = await findBuild(consoleBuild, options);
  return { dir: file, built };
}

/** Deletes all but the builds that were used last. */
export function removeOldConsoles(options: { cacheDir: string }): Promise<void> {
  return removeOldBuilds(consoleBuild, options);
}
