import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discoverConnects, discoverManifests, discoverPlatforms } from "./registry.ts";

describe("the registry of platforms", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "drumbeat-platforms-"));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  async function write(files: Record<string, string>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(dir, path, ".."), { recursive: true });
      await writeFile(join(dir, path), content);
    }
  }
  const manifest = (name: string): string =>
    `export const manifest = { name: "${name}", auth: { kind: "oauth2" } };`;
  const index = `import { manifest } from "./manifest.ts"; export const platform = { manifest };`;

  it("finds the platforms of this installation, each way", async () => {
    const [platforms, manifests, connects] = await Promise.all([
      discoverPlatforms(),
      discoverManifests(),
      discoverConnects(),
    ]);
    expect([...manifests.keys()]).toContain("sandbox");
    expect([...platforms.keys()]).toEqual([...manifests.keys()]);
    expect([...connects.keys()]).toEqual([...manifests.keys()]);
    expect(platforms.get("sandbox")?.manifest).toBe(manifests.get("sandbox"));
    expect(platforms.get("sandbox")?.connect).toBe(connects.get("sandbox"));
  });

  it("looks at folders with a manifest only, in order of their names", async () => {
    await write({
      "beta/manifest.ts": manifest("beta"),
      "alpha/manifest.ts": manifest("alpha"),
      "lib/manifest.ts": manifest("lib"),
      "notes/readme.md": "",
      "contract.ts": "",
    });
    expect([...(await discoverManifests({ dir })).keys()]).toEqual(["alpha", "beta"]);
  });

  it("refuses a manifest that is not named after its folder, naming the file", async () => {
    await write({ "alpha/manifest.ts": manifest("beta") });
    await expect(discoverManifests({ dir })).rejects.toThrow(
      /alpha.manifest\.ts is named "beta".*"alpha"/,
    );
  });

  it("refuses a file that lacks its export, naming both", async () => {
    await write({
      "alpha/manifest.ts": manifest("alpha"),
      "alpha/index.ts": "export const plattform = {};",
    });
    await expect(discoverPlatforms({ dir })).rejects.toThrow(
      /alpha.index\.ts has to export `platform`/,
    );
  });

  it("refuses a platform with another manifest than its folder's", async () => {
    await write({
      "alpha/manifest.ts": manifest("alpha"),
      "alpha/index.ts": `export const platform = { manifest: { name: "alpha" } };`,
    });
    await expect(discoverPlatforms({ dir })).rejects.toThrow(
      /alpha.index\.ts has to use the manifest/,
    );
  });

  it("refuses a connect that can't do what the manifest says", async () => {
    await write({
      "alpha/manifest.ts": manifest("alpha"),
      "alpha/connect.ts": "export const connect = { credentials: {} };",
      "alpha/index.ts": index,
    });
    await expect(discoverConnects({ dir })).rejects.toThrow(/alpha.connect\.ts lacks .*oauth2/);
    await expect(discoverPlatforms({ dir })).resolves.toHaveProperty("size", 1);
  });

  it("loads nothing that publishes for the API", async () => {
    await write({
      "alpha/manifest.ts": manifest("alpha"),
      "alpha/connect.ts": "export const connect = { oauth: {} };",
      "alpha/index.ts": `throw new Error("loaded");`,
    });
    await expect(discoverManifests({ dir })).resolves.toHaveProperty("size", 1);
    await expect(discoverConnects({ dir })).resolves.toHaveProperty("size", 1);
  });
});
