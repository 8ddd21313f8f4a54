import type { Progress } from "./progress.mjs";

export const NODE_PACKAGES: Record<string, { name: string; version: string; integrity: string }>;
/** Whether a version such as `v24.13.0` runs this code as it is: 24.12 or later, below 25. */
export function isUsableNode(version: string): boolean;
/** The Node 24 to run everything with, installed when it is missing. Throws `SetupError`. */
export function ensureNode(options: {
  cacheDir: string;
  progress: Progress;
  env?: NodeJS.ProcessEnv;
  system?: string;
}): Promise<{ node: string; nodeDir: string }>;
/** Installs a package's dependencies with `npm ci` when they are missing or its lock file has changed. Throws `SetupError`. */
export function ensurePackages(options: {
  dir: string;
  label: string;
  node: string;
  nodeDir: string;
  progress: Progress;
  env?: NodeJS.ProcessEnv;
}): Promise<void>;
