import { z } from "zod";
import type { WorkspaceDetails } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { generationTasks, type GenerationTask } from "#domain/generation-tasks.ts";
import { isAllowed, type ProviderRules } from "#domain/provider-rules.ts";
import { findModel } from "#providers/registry.ts";
import type { ApiContext } from "../context.ts";

const tasks = z.enum(generationTasks as [GenerationTask, ...GenerationTask[]]);

export const AllowedProviders = z
  .array(z.string().min(1).max(40))
  .max(50)
  .nullable()
  .describe("Names of the AI providers that may be asked; null for all");

export const DefaultModels = z
  .partialRecord(tasks, z.string())
  .describe("What is taken where nobody names a model: `provider/model` by task");

export const DefaultModelChanges = z
  .partialRecord(tasks, z.string().min(1).max(200).nullable())
  .describe(
    "By task: a model, or null for the installation's default; what is left out stays as it is",
  );

/** The rules of a workspace as its settings show them. */
export function viewProviderRules(details: WorkspaceDetails) {
  return {
    allowedProviders: details.allowedProviders ?? null,
    defaultModels: details.defaultModels ?? {},
  };
}

/**
 * Sets whom the workspace lets be asked and what it takes by default, with a line in the audit log; nothing where it is so
 * already. Throws Problem 422: `unknown_provider`, `unknown_model`, `wrong_kind`, `provider_forbidden`.
 */
export async function changeProviderRules(
  em: EntityManager,
  details: WorkspaceDetails,
  change: {
    context: Pick<ApiContext, "providers" | "defaultProvider">;
    allowedProviders: string[] | null | undefined;
    defaultModels: Partial<Record<GenerationTask, string | null | undefined>> | undefined;
    line: Omit<Parameters<typeof recordAudit>[1], "action" | "detail">;
  },
): Promise<void> {
  const before = viewProviderRules(details);
  const after = mergeRules(change.context, before, change);
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  Object.assign(details, after);
  await em.flush();
  await recordAudit(em, {
    ...change.line,
    action: "workspace.providers-changed",
    detail: {
      allowed: after.allowedProviders?.join(" ") ?? "all",
      defaults: Object.entries(after.defaultModels)
        .map(([task, model]) => `${task}=${model}`)
        .join(" "),
    },
  });
}

/** What the rules are after the change. Pure. */
export function mergeRules(
  { providers, defaultProvider }: Pick<ApiContext, "providers" | "defaultProvider">,
  before: ProviderRules,
  change: {
    allowedProviders?: string[] | null | undefined;
    defaultModels?: Partial<Record<GenerationTask, string | null | undefined>> | undefined;
  },
): { allowedProviders: string[] | null; defaultModels: ProviderRules["defaultModels"] } {
  const wanted =
    change.allowedProviders === undefined ? before.allowedProviders : change.allowedProviders;
  const allowedProviders = wanted && [...new Set(wanted)].toSorted();
  refuseUnknown([...providers.keys()], change.allowedProviders ?? []);
  const defaultModels = { ...before.defaultModels };
  for (const task of generationTasks) {
    const model = change.defaultModels?.[task];
    if (model === null) delete defaultModels[task];
    if (!model) continue;
    const rules = { allowedProviders, defaultModels: {} };
    const { manifest, entry } = at(`/defaultModels/${task}`, () =>
      findModel(providers, { task, model, defaultProvider, rules }),
    );
    defaultModels[task] = `${manifest.name}/${entry.id}`;
  }
  refuseLeftOut({ allowedProviders, defaultModels });
  return { allowedProviders, defaultModels };
}

function refuseUnknown(known: readonly string[], names: readonly string[]): void {
  const errors = names.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [{ pointer: `/allowedProviders/${index}`, detail: `There are: ${known.join(", ")}.` }],
  );
  if (errors.length === 0) return;
  throw new Problem({
    status: 422,
    code: "unknown_provider",
    detail: `One of these is no provider. There are: ${known.join(", ")}.`,
    errors,
  });
}

/** A default that may not be asked would be none. */
function refuseLeftOut(rules: ProviderRules): void {
  const errors = Object.entries(rules.defaultModels)
    .filter(([, model]) => !isAllowed(rules, model.split("/")[0] ?? ""))
    .map(([task, model]) => ({
      pointer: "/allowedProviders",
      detail: `The default for ${task} is ${model}, whose provider this leaves out. Set another one in the same request, or null.`,
    }));
  const [first] = errors;
  if (!first) return;
  throw new Problem({ status: 422, code: "provider_forbidden", detail: first.detail, errors });
}

/** A Problem of what `work` looks for, told of this place of the body. */
function at<T>(pointer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status, code, message: detail } = error;
    throw new Problem({ status, code, detail, errors: [{ pointer, detail }] });
  }
}
