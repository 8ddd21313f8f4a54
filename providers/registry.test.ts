import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Problem } from "#domain/errors.ts";
import { kindOfTask, type GenerationTask } from "#domain/generation-tasks.ts";
import { noRules, type ProviderRules } from "#domain/provider-rules.ts";
import type { ModelEntry, ProviderManifest } from "./contract.ts";
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
    const names = ["elevenlabs", "fal", "ffmpeg", "google", "openai", "replicate", "sandbox"];
    expect([...providers.keys()]).toEqual(names);
    expect([...manifests.keys()]).toEqual(names);
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
  const model = (id: string, tasks: GenerationTask[], isDefault: boolean): ModelEntry => ({
    id,
    kind: kindOfTask(tasks[0] ?? "write"),
    tasks,
    title: id,
    credits: 1,
    per: "output",
    defaultFor: isDefault ? tasks : [],
  });
  const manifest = (
    name: string,
    models: ProviderManifest["models"],
    sandbox = false,
  ): [string, ProviderManifest] => [
    name,
    { name, title: name, offline: sandbox, sandbox, needsKey: null, keeps: "Nothing.", models },
  ];
  const manifests = new Map([
    manifest("a", [
      model("one", ["write"], false),
      model("two", ["write"], true),
      model("maker/three", ["write"], false),
    ]),
    manifest("b", [model("one", ["write"], true), model("four", ["text_to_image"], true)]),
    manifest("s", [model("toy", ["text_to_image", "speech"], true)], true),
  ]);
  const find = (
    task: GenerationTask,
    name?: string,
    defaultProvider = "a",
    isUsable?: (one: ProviderManifest) => boolean,
  ) => {
    const { manifest: found, entry } = findModel(manifests, {
      task,
      model: name,
      defaultProvider,
      ...(isUsable && { isUsable }),
    });
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
    expect(find("write")).toBe("a:two");
    expect(find("text_to_image", undefined, "b")).toBe("b:four");
  });

  it("takes another that may be chosen where the default provider does not do it, and never a sandbox", () => {
    expect(find("text_to_image", undefined, "a", () => true)).toBe("b:four");
    expect(
      problem(() => find("text_to_image", undefined, "a", ({ name }) => name === "s")),
    ).toMatchObject({ code: "unknown_model" });
    expect(find("speech", undefined, "s")).toBe("s:toy");
  });

  it("takes a model of the provider that is named", () => {
    expect(find("write", "b/one")).toBe("b:one");
    expect(find("write", "a/maker/three")).toBe("a:maker/three");
  });

  it("takes a bare id from the default provider first, then from any", () => {
    expect(find("write", "one")).toBe("a:one");
    expect(find("write", "one", "b")).toBe("b:one");
    expect(find("text_to_image", "four")).toBe("b:four");
    expect(find("write", "maker/three")).toBe("a:maker/three");
  });

  describe("within a workspace's rules", () => {
    const within = (rules: Partial<ProviderRules>, task: GenerationTask, model?: string) => {
      const { manifest: found, entry } = findModel(manifests, {
        task,
        model,
        defaultProvider: "a",
        isUsable: () => true,
        rules: { ...noRules, ...rules },
      });
      return `${found.name}:${entry.id}`;
    };

    it("takes its default, unless a model is named, or the default is in no catalogue any more", () => {
      const rules = { defaultModels: { write: "a/maker/three" } };
      expect(within(rules, "write")).toBe("a:maker/three");
      expect(within(rules, "write", "one")).toBe("a:one");
      expect(within(rules, "text_to_image")).toBe("b:four");
      for (const gone of ["a/gone", "gone/one", "b/four", "one"])
        expect(within({ defaultModels: { write: gone } }, "write")).toBe("a:two");
    });

    it("takes none of a provider that is not allowed", () => {
      const rules = { allowedProviders: ["b"] };
      expect(within(rules, "write")).toBe("b:one");
      expect(within(rules, "write", "one")).toBe("b:one");
      expect(problem(() => within(rules, "write", "a/one"))).toMatchObject({
        status: 422,
        code: "provider_forbidden",
        errors: [{ pointer: "/model" }],
      });
      expect(problem(() => within(rules, "write", "two"))).toMatchObject({
        code: "provider_forbidden",
      });
      expect(problem(() => within(rules, "write", "nine")).message).toBe(
        "There is no such model. For write there are: b/one.",
      );
      expect(problem(() => within({ allowedProviders: [] }, "write"))).toMatchObject({
        code: "unknown_model",
        message: expect.stringContaining("allowedProviders"),
      });
    });
  });

  it("works on providers as on manifests", async () => {
    const { provider, entry } = findModel(await discoverProviders(), {
      task: "text_to_image",
      defaultProvider: "sandbox",
    });
    const deps = { fetch, credentials: {}, ffmpegPath: "ffmpeg" };
    expect(provider.imageModel?.(deps, entry.id).modelId).toBe("sandbox-image-1");
  });

  it("refuses what there isn't, saying what there is", () => {
    expect(problem(() => find("write", "nine"))).toMatchObject({
      status: 422,
      code: "unknown_model",
      message: "There is no such model. For write there are: a/one, a/two, a/maker/three, b/one.",
      errors: [{ pointer: "/model" }],
    });
    expect(problem(() => find("write", "b/two")).code).toBe("unknown_model");
    expect(problem(() => find("text_to_image"))).toMatchObject({
      code: "unknown_model",
      message: expect.stringContaining('"a" does not do text_to_image'),
    });
    expect(problem(() => find("text_to_video", "x")).message).toBe(
      "There is no such model. No provider does text_to_video.",
    );
    expect(problem(() => find("write", "four"))).toMatchObject({
      code: "wrong_kind",
      message: expect.stringContaining('The model "four" makes image, not text.'),
    });
    expect(problem(() => find("write", "one", "c"))).toMatchObject({
      code: "unknown_provider",
      message: expect.stringContaining("a, b, s"),
    });
  });
});
