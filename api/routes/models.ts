import { z } from "zod";
import { Problem } from "#domain/errors.ts";
import { generationKinds, generationTasks, type GenerationTask } from "#domain/generation-tasks.ts";
import { readProviderAccess, type ProviderAccess } from "#db/provider-access.ts";
import { isAllowed } from "#domain/provider-rules.ts";
import { isConfigured } from "#providers/assert-configured.ts";
import type { ModelEntry, ProviderManifest } from "#providers/contract.ts";
import { findModel } from "#providers/registry.ts";
import type { ApiContext } from "../context.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { keySources } from "../lib/choose-model.ts";
import { whyUnusable } from "../lib/provider-view.ts";
import { readRows } from "../lib/read-rows.ts";
import { responses } from "../lib/responses.ts";
import { principalOf } from "../plugins/access.ts";

const kinds = z.enum(generationKinds);
const tasks = z.enum(generationTasks as [GenerationTask, ...GenerationTask[]]);

const ModelView = z.object({
  model: z.string().describe("`provider/model`, as requests name it"),
  provider: z.string(),
  title: z.string(),
  kind: kinds,
  tasks: z.array(tasks),
  defaultFor: z.array(tasks).describe("What its provider takes it for, where no model is named"),
  isDefaultFor: z.array(tasks).describe("What it is taken for here, where no model is named"),
  credits: z.int().describe("Of one `per`"),
  per: z.enum(["output", "second", "minute", "1000_characters"]),
  inputs: z
    .record(z.string(), z.unknown())
    .describe("What assets it takes, by role: how many, which types, how large"),
  settings: z.record(z.string(), z.unknown()).describe("What may be set, and to what"),
  maxPromptLength: z.int().nullable(),
  allowed: z.boolean().describe("The workspace lets its provider be asked"),
  usable: z.boolean().describe("It is allowed, and there is a key for it"),
  reason: z.string().nullable().describe("Why it can't be used now"),
  sandbox: z.boolean().describe("It only stands for a model; real platforms refuse what it makes"),
  keeps: z.string().describe("What its provider keeps of a request"),
});

/** Models: what can be generated, by whom, from what and at which price. */
export const addModelRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/models",
    config: { access: { scope: "generations:read" } },
    schema: {
      tags: ["generations"],
      summary: "List the models that generations can use",
      querystring: z.strictObject({
        kind: kinds.optional(),
        task: tasks.optional(),
        provider: z.string().max(40).optional(),
      }),
      response: responses({ 200: z.object({ data: z.array(ModelView), nextCursor: z.null() }) }),
    },
    handler: async (request) => {
      const { kind, task, provider } = request.query;
      const { workspaceId } = principalOf(request);
      const access = await readRows(context, workspaceId, readProviderAccess);
      const defaults = defaultsOf(context, access);
      const data = [...context.providers.values()]
        .filter(({ name }) => provider === undefined || name === provider)
        .flatMap((manifest) =>
          manifest.models
            .filter((entry) => kind === undefined || entry.kind === kind)
            .filter((entry) => task === undefined || entry.tasks.includes(task))
            .map((entry) =>
              viewModel({
                manifest,
                entry,
                isDefaultFor: entry.tasks.filter(
                  (one) => defaults.get(one) === `${manifest.name}/${entry.id}`,
                ),
                allowed: isAllowed(access, manifest.name),
                configured: isConfigured(manifest, keySources(context, access, manifest.name)),
              }),
            ),
        );
      return { data, nextCursor: null };
    },
  });
};

/** What is taken for each task where no model is named; nothing for a task that nobody does. */
function defaultsOf(context: ApiContext, access: ProviderAccess): Map<GenerationTask, string> {
  const { providers, defaultProvider } = context;
  const isUsable = (one: ProviderManifest) =>
    isConfigured(one, keySources(context, access, one.name));
  return new Map(
    generationTasks.flatMap((task) => {
      try {
        const wanted = { task, defaultProvider, isUsable, rules: access };
        const { manifest, entry } = findModel(providers, wanted);
        return [[task, `${manifest.name}/${entry.id}`] as const];
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return [];
      }
    }),
  );
}

function viewModel(input: {
  manifest: ProviderManifest;
  entry: ModelEntry;
  isDefaultFor: GenerationTask[];
  allowed: boolean;
  configured: boolean;
}): z.infer<typeof ModelView> {
  const { manifest, entry, isDefaultFor, allowed, configured } = input;
  const { title, kind, credits, per } = entry;
  return {
    model: `${manifest.name}/${entry.id}`,
    provider: manifest.name,
    title,
    kind,
    tasks: [...entry.tasks],
    defaultFor: [...entry.defaultFor],
    isDefaultFor,
    credits,
    per,
    inputs: { ...entry.inputs },
    settings: { ...entry.settings },
    maxPromptLength: entry.maxPromptLength ?? null,
    allowed,
    usable: allowed && configured,
    reason: whyUnusable(manifest, { allowed, configured }),
    sandbox: manifest.sandbox,
    keeps: manifest.keeps,
  };
}
