import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { Problem } from "#domain/errors.ts";
import type { ProblemCode } from "#domain/problem-codes.ts";
import type { GenerationKind, ModelEntry, Provider, ProviderManifest } from "./contract.ts";

/**
 * Loads every provider: each folder beside this file that holds a `manifest.ts`.
 * Throws, naming the file, when a folder's manifest carries another name or its exports are missing.
 */
export async function discoverProviders(folder = here()): Promise<Map<string, Provider>> {
  const providers = new Map<string, Provider>();
  for (const name of await providerFolders(folder)) {
    const file = new URL(`${name}/index.ts`, folder);
    const { provider } = (await import(file.href)) as { provider?: Provider };
    if (provider === undefined) throw new Error(`${file.pathname} must export \`provider\`.`);
    checkName({ name, manifest: provider.manifest, file });
    providers.set(name, provider);
  }
  return providers;
}

/** Loads the manifests alone, for those who only describe models and prices, such as the API. */
export async function discoverProviderManifests(
  folder = here(),
): Promise<Map<string, ProviderManifest>> {
  const manifests = new Map<string, ProviderManifest>();
  for (const name of await providerFolders(folder)) {
    const file = new URL(`${name}/manifest.ts`, folder);
    const { manifest } = (await import(file.href)) as { manifest?: ProviderManifest };
    if (manifest === undefined) throw new Error(`${file.pathname} must export \`manifest\`.`);
    checkName({ name, manifest, file });
    manifests.set(name, manifest);
  }
  return manifests;
}

export interface FindModelOptions {
  kind: GenerationKind;
  /** `provider/model`, or a model's own id, which may hold slashes itself. Without it, the default provider's default. */
  model?: string | undefined;
  /** Name of the provider that is asked first. */
  defaultProvider: string;
}

export interface FoundModel<P extends Provider | ProviderManifest> {
  provider: P;
  manifest: ProviderManifest;
  entry: ModelEntry;
}

/**
 * Finds the model that a request names. Works on providers and on manifests alike.
 * Throws Problem 422: `unknown_model` (the detail lists those of the kind), `wrong_kind`, `unknown_provider`.
 */
export function findModel<P extends Provider | ProviderManifest>(
  providers: ReadonlyMap<string, P>,
  { kind, model, defaultProvider }: FindModelOptions,
): FoundModel<P> {
  const first = providers.get(defaultProvider);
  if (first === undefined) {
    throw new Problem({
      status: 422,
      code: "unknown_provider",
      detail: `There is no provider "${defaultProvider}". There are: ${[...providers.keys()].join(", ")}.`,
    });
  }
  if (model === undefined) return defaultModel(first, kind);

  const slash = model.indexOf("/");
  const named = slash > 0 ? providers.get(model.slice(0, slash)) : undefined;
  const candidates =
    named === undefined ? [first, ...[...providers.values()].filter((p) => p !== first)] : [named];
  const id = named === undefined ? model : model.slice(slash + 1);

  const sameId = candidates.flatMap((provider) =>
    entries(provider).filter((found) => found.entry.id === id),
  );
  const found = sameId.find(({ entry }) => entry.kind === kind);
  if (found !== undefined) return found;

  const wrongKind = sameId[0];
  if (wrongKind !== undefined) {
    throw refuse({
      code: "wrong_kind",
      detail: `The model "${id}" makes ${wrongKind.entry.kind}, not ${kind}.`,
    });
  }
  const known = [...providers.values()]
    .flatMap(entries)
    .filter(({ entry }) => entry.kind === kind)
    .map(({ manifest, entry }) => `${manifest.name}/${entry.id}`);
  throw refuse({
    code: "unknown_model",
    detail:
      known.length === 0
        ? `No provider makes ${kind}.`
        : `There is no such model. For ${kind} there are: ${known.join(", ")}.`,
  });
}

function defaultModel<P extends Provider | ProviderManifest>(
  provider: P,
  kind: GenerationKind,
): FoundModel<P> {
  const found = entries(provider).find(({ entry }) => entry.kind === kind && entry.default);
  if (found !== undefined) return found;
  throw refuse({
    code: "unknown_model",
    detail: `The provider "${manifestOf(provider).name}" makes no ${kind}. Name a model of another provider.`,
  });
}

function entries<P extends Provider | ProviderManifest>(provider: P): FoundModel<P>[] {
  const manifest = manifestOf(provider);
  return manifest.models.map((entry) => ({ provider, manifest, entry }));
}

function manifestOf(provider: Provider | ProviderManifest): ProviderManifest {
  return "manifest" in provider ? provider.manifest : provider;
}

function refuse({ code, detail }: { code: ProblemCode; detail: string }): Problem {
  return new Problem({ status: 422, code, detail, errors: [{ pointer: "/model", detail }] });
}

async function providerFolders(folder: URL): Promise<string[]> {
  const inside = await readdir(folder, { withFileTypes: true });
  return inside
    .filter(
      (entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/manifest.ts`, folder)),
    )
    .map((entry) => entry.name)
    .sort();
}

function checkName({
  name,
  manifest,
  file,
}: {
  name: string;
  manifest: ProviderManifest;
  file: URL;
}): void {
  if (manifest.name === name) return;
  throw new Error(
    `${file.pathname} calls its provider "${manifest.name}", but its folder is "${name}". Make them equal.`,
  );
}

function here(): URL {
  return new URL("./", import.meta.url);
}
