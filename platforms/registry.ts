import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Platform, PlatformConnect, PlatformManifest } from "./contract.ts";

export interface RegistryOptions {
  /** Where the platforms' folders are; this folder when absent. */
  dir?: string;
}

const here = fileURLToPath(new URL(".", import.meta.url));

/** Shared code, not a platform. */
const notPlatforms = new Set(["lib"]);

/** Every platform by name, whole: with everything that publishing needs. For activities. */
export async function discoverPlatforms(
  options: RegistryOptions = {},
): Promise<Map<string, Platform>> {
  return discover(options, async (folder) => {
    const manifest = await loadManifest(folder);
    const platform = await load<Platform>({ folder, file: "index.ts", name: "platform" });
    if (platform.manifest !== manifest)
      throw new Error(
        `${join(folder.path, "index.ts")} has to use the manifest of its own folder.`,
      );
    return platform;
  });
}

/** Every platform's manifest by name: data only. */
export async function discoverManifests(
  options: RegistryOptions = {},
): Promise<Map<string, PlatformManifest>> {
  return discover(options, loadManifest);
}

/** Every platform's authorization by name. For the API, which loads nothing that publishes. */
export async function discoverConnects(
  options: RegistryOptions = {},
): Promise<Map<string, PlatformConnect>> {
  return discover(options, async (folder) => {
    const manifest = await loadManifest(folder);
    const connect = await load<PlatformConnect>({ folder, file: "connect.ts", name: "connect" });
    const offers = manifest.auth.kind === "oauth2" ? connect.oauth : connect.credentials;
    if (offers === undefined)
      throw new Error(
        `${join(folder.path, "connect.ts")} lacks what its manifest promises: ${manifest.auth.kind}.`,
      );
    return connect;
  });
}

interface Folder {
  name: string;
  path: string;
}

async function discover<T>(
  options: RegistryOptions,
  loadFrom: (folder: Folder) => Promise<T>,
): Promise<Map<string, T>> {
  const dir = options.dir ?? here;
  const found = new Map<string, T>();
  for (const entry of (await readdir(dir, { withFileTypes: true })).toSorted(byName)) {
    const folder = { name: entry.name, path: join(dir, entry.name) };
    if (!entry.isDirectory() || notPlatforms.has(entry.name)) continue;
    if (await isFile(join(folder.path, "manifest.ts")))
      found.set(folder.name, await loadFrom(folder));
  }
  return found;
}

async function loadManifest(folder: Folder): Promise<PlatformManifest> {
  const manifest = await load<PlatformManifest>({ folder, file: "manifest.ts", name: "manifest" });
  if (manifest.name !== folder.name)
    throw new Error(
      `${join(folder.path, "manifest.ts")} is named "${manifest.name}"; it has to be named after its folder, "${folder.name}".`,
    );
  return manifest;
}

async function load<T extends object>(input: {
  folder: Folder;
  file: string;
  name: string;
}): Promise<T> {
  const path = join(input.folder.path, input.file);
  // What it looks like inside is held by its type where it is written.
  const module = (await import(pathToFileURL(path).href)) as Record<string, T | undefined>;
  const exported = module[input.name];
  if (exported === undefined) throw new Error(`${path} has to export \`${input.name}\`.`);
  return exported;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found?.isFile() === true;
}
