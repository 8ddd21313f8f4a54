import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Problem } from "#domain/errors.ts";
import type { ProviderManifest } from "./contract.ts";
import { discoverProviderManifests, discoverProviders, findModel } from "./registry.ts";

describe("discovery", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "providers-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  const at = () => pathToFileURL(`${folder}/`);
  const write = async (name: string, files: Record<string, string>) => {
    await mkdir(join(folder, name));
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, name, file), text);
  };

  it("finds the providers of this folder, each under its folder's name", async () => {
    const providers = await discoverProviders();
    const manifests = await discoverProviderManifests();
    expect([...providers.keys()]).toEqual(["openai", "sandbox"]);
    expect([...manifests.keys()]).toEqual(["openai", "sandbox"]);
    for (const [name, provider] of providers) expect(provider.manifest).toBe(manifests.get(name));
  });

  it("passes over files and over folders without a manifest", async () => {
    await write("lib", { "index.ts": "export {};" });
    await writeFile(join(folder, "notes.ts"), "");
    expect(await discoverProviders(at())).toEqual(new Map());
  });

  it("refuses a manifest that calls itself otherwise than its folder, naming the file", async () => {
    await write("alpha", {
      "manifest.ts": 'export const manifest = { name: "beta", models: [] };',
      "index.ts": 'export const provider = { manifest: { name: "beta", models: [] } };',
    });
    await expect(discoverProviders(at())).rejects.toThrow(/alpha\/index\.ts .*"beta".*"alpha"/u);
    await expect(discoverProviderManifests(at())).rejects.toThrow(
      /alpha\/manifest\.ts .*"beta".*"alpha"/u,
    );
  });

  it("refuses a folder whose files export the wrong thing, naming the file", async () => {
    await write("alpha", { "manifest.ts": "export {};", "index.ts": "export {};" });
    await expect(discoverProviders(at())).rejects.toThrow(
      /alpha\/index\.ts must export `provider`/u,
    );
    await expect(discoverProviderManifests(at())).rejects.toThrow(
      /alpha\/manifest\.ts must export `manifest`/u,
    );
  });
});

describe("findModel", () => {
  const model = (id: string, kind: "text" | "image", isDefault: boolean) => ({
    id,
    kind,
    title: id,
    credits: 1,
    default: isDefault,
  });
  const manifest = (
    name: string,
    models: ProviderManifest["models"],
  ): [string, ProviderManifest] => [
    name,
    { name, title: name, offline: false, needsKey: null, keeps: "Nothing.", models },
  ];
  const manifests = new Map([
    manifest("a", [
      model("one", "text", false),
      model("two", "text", true),
      model("maker/three", "text", false),
    ]),
    manifest("b", [model("one", "text", true), model("four", "image", true)]),
  ]);
  const find = (kind: "text" | "image" | "video", name?: string, defaultProvider = "a") => {
    const { manifest: found, entry } = findModel(manifests, { kind, model: name, defaultProvider });
    return `${found.name}:${entry.id}`;
  };
  const problem = (act: () => unknown): Problem => {
    try {
      act();
    } catch (error) {
      if (error instanceof Problem) return error;
    }
    return expect.fail("Expected a Problem");
  };

  it("takes the default provider's default where no model is named", () => {
    expect(find("text")).toBe("a:two");
    expect(find("image", undefined, "b")).toBe("b:four");
  });

  it("takes a model of the provider that is named", () => {
    expect(find("text", "b/one")).toBe("b:one");
    expect(find("text", "a/maker/three")).toBe("a:maker/three");
  });

  it("takes a bare id from the default provider first, then from any", () => {
    expect(find("text", "one")).toBe("a:one");
    expect(find("text", "one", "b")).toBe("b:one");
    expect(find("image", "four")).toBe("b:four");
    expect(find("text", "maker/three")).toBe("a:maker/three");
  });

  it("works on providers as on manifests", async () => {
    const { provider, entry } = findModel(await discoverProviders(), {
      kind: "image",
      defaultProvider: "sandbox",
    });
    expect(provider.imageModel({ fetch, credentials: {} }, entry.id).modelId).toBe(
      "sandbox-image-1",
    );
  });

  it("refuses what there isn't, saying what there is", () => {
    expect(problem(() => find("text", "nine"))).toMatchObject({
      status: 422,
      code: "unknown_model",
      message: "There is no such model. For text there are: a/one, a/two, a/maker/three, b/one.",
      errors: [{ pointer: "/model" }],
    });
    expect(problem(() => find("text", "b/two")).code).toBe("unknown_model");
    expect(problem(() => find("image"))).toMatchObject({
      code: "unknown_model",
      message: expect.stringContaining('"a" makes no image'),
    });
    expect(problem(() => find("video", "x")).message).toBe("No provider makes video.");
    expect(problem(() => find("text", "four"))).toMatchObject({
      code: "wrong_kind",
      message: 'The model "four" makes image, not text.',
    });
    expect(problem(() => find("text", "one", "c"))).toMatchObject({
      code: "unknown_provider",
      message: expect.stringContaining("a, b"),
    });
  });
});
