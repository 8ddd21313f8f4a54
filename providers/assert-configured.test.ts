import { expect, test } from "vitest";
import { Problem } from "#domain/errors.ts";
import { assertConfigured } from "./assert-configured.ts";
import { discoverProviderManifests } from "./registry.ts";

const manifests = await discoverProviderManifests();
const check = (name: string, credentials: { apiKey?: string }) => {
  const manifest = manifests.get(name);
  if (!manifest) throw new Error(`no provider ${name}`);
  assertConfigured(manifest, credentials);
};

test("a provider that needs a key is refused without one, naming the variable", () => {
  for (const credentials of [{}, { apiKey: "" }, { apiKey: "  " }]) {
    let thrown: unknown;
    try {
      check("openai", credentials);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toMatchObject({
      status: 422,
      code: "provider_not_configured",
      message: expect.stringContaining("Set OPENAI_API_KEY and restart"),
    });
  }
});

test("with a key, or where none is needed, it passes", () => {
  expect(() => check("openai", { apiKey: "none" })).not.toThrow();
  expect(() => check("sandbox", {})).not.toThrow();
});
