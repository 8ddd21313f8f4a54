import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { Problem } from "#domain/errors.ts";
import type { ProblemCode } from "#domain/problem-codes.ts";
import { kindOfTask, type GenerationTask } from "#domain/generation-tasks.ts";
import { isAllowed, noRules, type ProviderRules } from "#domain/provider-rules.ts";
import type { ModelEntry, Provider, ProviderManifest } from "./contract.ts";

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
  task: GenerationTask;
  /** `provider/model`, or a model's own id, which may hold slashes itself. Without it, the default. */
  model?: string | undefined;
  /** Name of the provider that is asked first. */
  defaultProvider: string;
  /** Whether a provider may be chosen by us where nobody named it: it is allowed, and has its key. Default: none is. */
  isUsable?: (manifest: ProviderManifest) => boolean;
  /** The workspace's: a provider that it does not allow is refused, and its own default comes first. */
  rules?: ProviderRules;
}

export interface FoundModel<P extends Provider | ProviderManifest> {
  provider: P;
  manifest: ProviderManifest;
  entry: ModelEntry;
}

/**
 * Finds the model that a request names. Works on providers and on manifests alike.
 * Throws Problem 422: `unknown_model` (the detail lists those for the task), `wrong_kind`, `unknown_provider`,
 * `provider_forbidden`.
 */
export function findModel<P extends Provider | ProviderManifest>(
  providers: ReadonlyMap<string, P>,
  options: FindModelOptions,
): FoundModel<P> {
  const { rules = noRules } = options;
  const found = findAny(providers, options, rules);
  if (isAllowed(rules, found.manifest.name)) return found;
  throw refuse({
    code: "provider_forbidden",
    detail: `This workspace does not let ${found.manifest.title} be asked. Name a model of another provider, or change the workspace's allowedProviders.`,
  });
}

function findAny<P extends Provider | ProviderManifest>(
  providers: ReadonlyMap<string, P>,
  { task, model, defaultProvider, isUsable = () => false }: FindModelOptions,
  rules: ProviderRules,
): FoundModel<P> {
  const first = providers.get(defaultProvider);
  if (first === undefined) {
    throw new Problem({
      status: 422,
      code: "unknown_provider",
      detail: `There is no provider "${defaultProvider}". There are: ${[...providers.keys()].join(", ")}.`,
    });
  }
  const others = [...providers.values()].filter((one) => one !== first);
  if (model === undefined) return defaultModel({ first, others, task, isUsable, rules });

  const slash = model.indexOf("/");
  const named = slash > 0 ? providers.get(model.slice(0, slash)) : undefined;
  const candidates = named === undefined ? [first, ...others] : [named];
  const id = named === undefined ? model : model.slice(slash + 1);

  const sameId = candidates.flatMap((provider) =>
    entries(provider).filter((found) => found.entry.id === id),
  );
  const fitting = sameId.filter(({ entry }) => entry.tasks.includes(task));
  const found = fitting.find(({ manifest }) => isAllowed(rules, manifest.name)) ?? fitting[0];
  if (found !== undefined) return found;

  const kind = kindOfTask(task);
  const known = [first, ...others]
    .flatMap(entries)
    .filter(({ manifest, entry }) => entry.tasks.includes(task) && isAllowed(rules, manifest.name))
    .map(({ manifest, entry }) => `${manifest.name}/${entry.id}`);
  const there =
    known.length === 0
      ? `No provider does ${task}.`
      : `For ${task} there are: ${known.join(", ")}.`;
  const other = sameId.find(({ entry }) => entry.kind !== kind);
  if (other !== undefined && other === sameId[0]) {
    throw refuse({
      code: "wrong_kind",
      detail: `The model "${id}" makes ${other.entry.kind}, not ${kind}. ${there}`,
    });
  }
  throw refuse({
    code: "unknown_model",
    detail:
      sameId.length > 0
        ? `The model "${id}" does not do ${task}. ${there}`
        : `There is no such model. ${there}`,
  });
}

/**
 * The workspace's own choice; else the default provider's; where that has none or is not allowed, that of another which may
 * be chosen. A sandbox never stands in unasked.
 */
function defaultModel<P extends Provider | ProviderManifest>(input: {
  first: P;
  others: P[];
  task: GenerationTask;
  isUsable: (manifest: ProviderManifest) => boolean;
  rules: ProviderRules;
}): FoundModel<P> {
  const { first, others, task, isUsable, rules } = input;
  // One that is in no catalogue any more is nobody's choice.
  const chosen = [first, ...others]
    .flatMap(entries)
    .find(
      ({ manifest, entry }) =>
        `${manifest.name}/${entry.id}` === rules.defaultModels[task] && entry.tasks.includes(task),
    );
  if (chosen !== undefined) return chosen;
  const standIns = others.filter((one) => {
    const manifest = manifestOf(one);
    return !manifest.sandbox && isUsable(manifest);
  });
  const may = [first, ...standIns].filter((one) => isAllowed(rules, manifestOf(one).name));
  for (const provider of may) {
    const found = entries(provider).find(({ entry }) => entry.defaultFor.includes(task));
    if (found !== undefined) return found;
  }
  const { name } = manifestOf(first);
  const why = isAllowed(rules, name)
    ? `does not do ${task}`
    : "is not one of the workspace's allowedProviders";
  throw refuse({
    code: "unknown_model",
    detail: `The provider "${name}" ${why}, and no other is set up that does it. Name a model of another provider.`,
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
