import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { discoverProviderManifests } from "#providers/registry.ts";

const manifests = [...(await discoverProviderManifests()).values()];

// What is made by recipes of ours asks nobody: test/e2e and test/golden show what it makes.
it.each(manifests.filter(({ byRecipe }) => !byRecipe).map(({ name }) => name))(
  "the provider %s passes the contract suite",
  async (name) => {
    const suite = await readFile(new URL(`provider-${name}.test.ts`, import.meta.url), "utf8");
    expect(suite).toContain("providerContract({");
    expect(suite).toContain(`#providers/${name}/index.ts`);
  },
);
