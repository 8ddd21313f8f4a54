import { describe, expect, it } from "vitest";
import { noRules } from "#domain/provider-rules.ts";
import { discoverProviderManifests } from "#providers/registry.ts";
import { mergeRules } from "./provider-rules.ts";

const context = { providers: await discoverProviderManifests(), defaultProvider: "sandbox" };
const merge = (change: Parameters<typeof mergeRules>[2], before = noRules) =>
  mergeRules(context, before, change);

describe("the providers that are allowed", () => {
  it("are all, these, or stay as they are", () => {
    expect(merge({})).toEqual({ allowedProviders: null, defaultModels: {} });
    const some = merge({ allowedProviders: ["sandbox", "openai", "sandbox"] });
    expect(some).toEqual({ allowedProviders: ["openai", "sandbox"], defaultModels: {} });
    expect(merge({}, some)).toEqual(some);
    expect(merge({ allowedProviders: [] }, some).allowedProviders).toEqual([]);
    expect(merge({ allowedProviders: null }, some).allowedProviders).toBeNull();
  });

  it("are known ones", () => {
    expect(() => merge({ allowedProviders: ["sandbox", "nobody"] })).toThrow(
      expect.objectContaining({
        code: "unknown_provider",
        errors: [expect.objectContaining({ pointer: "/allowedProviders/1" })],
      }),
    );
  });

  it("leave no default out", () => {
    const before = merge({ defaultModels: { write: "openai/gpt-5.4-mini" } });
    expect(() => merge({ allowedProviders: ["sandbox"] }, before)).toThrow(
      expect.objectContaining({ code: "provider_forbidden" }),
    );
    const both = { allowedProviders: ["sandbox"], defaultModels: { write: null } };
    expect(merge(both, before)).toEqual({ allowedProviders: ["sandbox"], defaultModels: {} });
  });
});

describe("defaults", () => {
  it("are set and taken back by task, and written with their provider", () => {
    const one = merge({ defaultModels: { write: "gpt-5.4-mini", speech: "tts-1" } });
    expect(one.defaultModels).toEqual({ write: "openai/gpt-5.4-mini", speech: "openai/tts-1" });
    expect(merge({ defaultModels: { speech: null } }, one).defaultModels).toEqual({
      write: "openai/gpt-5.4-mini",
    });
  });

  it.each([
    ["openai/nothing", "unknown_model"],
    ["sandbox/sandbox-image-1", "wrong_kind"],
  ])("are models of the task: %s", (model, code) => {
    expect(() => merge({ defaultModels: { write: model } })).toThrow(
      expect.objectContaining({
        code,
        errors: [expect.objectContaining({ pointer: "/defaultModels/write" })],
      }),
    );
  });

  it("are of providers that are allowed", () => {
    const change = {
      allowedProviders: ["sandbox"],
      defaultModels: { write: "openai/gpt-5.4-mini" },
    };
    expect(() => merge(change)).toThrow(expect.objectContaining({ code: "provider_forbidden" }));
  });
});
