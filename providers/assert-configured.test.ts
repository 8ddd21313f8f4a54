import { expect, test } from "vitest";
import { Problem } from "#domain/errors.ts";
import { assertConfigured, configuredBy, type KeySources } from "./assert-configured.ts";
import { discoverProviderManifests } from "./registry.ts";

const manifests = await discoverProviderManifests();
const manifestOf = (name: string) => {
  const manifest = manifests.get(name);
  if (!manifest) throw new Error(`no provider ${name}`);
  return manifest;
};
const sources = (apiKey?: string, ...own: string[]): KeySources => ({
  ownKeys: new Set(own),
  credentials: apiKey === undefined ? {} : { apiKey },
});

test("a provider that needs a key is refused without one, saying where to set it", () => {
  for (const none of [sources(), sources(""), sources("  "), sources(undefined, "google")]) {
    let thrown: unknown;
    try {
      assertConfigured(manifestOf("openai"), none);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toMatchObject({
      status: 422,
      code: "provider_not_configured",
      message: expect.stringContaining("Set OPENAI_API_KEY and restart"),
    });
    expect(thrown).toMatchObject({
      message: expect.stringContaining("PUT /v1/providers/openai/credentials"),
    });
  }
});

test("with a key, or where none is needed, it passes", () => {
  expect(() => assertConfigured(manifestOf("openai"), sources("none"))).not.toThrow();
  expect(() => assertConfigured(manifestOf("openai"), sources(undefined, "openai"))).not.toThrow();
  expect(() => assertConfigured(manifestOf("sandbox"), sources())).not.toThrow();
});

test("the workspace's own key comes before the installation's", () => {
  const openai = manifestOf("openai");
  expect(configuredBy(openai, sources("k", "openai"))).toBe("workspace");
  expect(configuredBy(openai, sources("k", "google"))).toBe("environment");
  expect(configuredBy(openai, sources(undefined, "google"))).toBeNull();
  expect(configuredBy(manifestOf("sandbox"), sources("k"))).toBeNull();
});
