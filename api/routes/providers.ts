import { z } from "zod";
import { ProviderCredentials } from "#db/entities/index.ts";
import { newId } from "#db/entities/lib.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { enqueue } from "#db/outbox/enqueue.ts";
import { lockProviderKeys, sealProviderKey } from "#db/provider-keys.ts";
import { recordAudit } from "#db/record-audit.ts";
import { recordEvent } from "#db/record-event.ts";
import { Problem } from "#domain/errors.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { checkProviderKey, fingerprintOf } from "../lib/check-provider-key.ts";
import { clientSignal } from "../lib/client-signal.ts";
import { EngineAnswer } from "../lib/engine-answer.ts";
import { found } from "../lib/not-found.ts";
import { ProviderView, readProviders } from "../lib/provider-view.ts";
import { readRows } from "../lib/read-rows.ts";
import { responses } from "../lib/responses.ts";
import { countTry } from "../lib/throttle.ts";
import { waitForKeyCheck } from "../lib/wait-for-key-check.ts";
import { principalOf } from "../plugins/access.ts";

const NameParams = z.object({ name: z.string().max(40) });

/** A word of visible ASCII: what can stand in a header. */
const Word = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[\x21-\x7e]+$/, "is letters, digits and signs of ASCII, without spaces");

const NewCredentials = z.strictObject({
  apiKey: Word(500)
    .describe("Stored sealed, and shown to nobody again")
    .meta({ examples: ["sk-proj-4hJ2kQ7w"] }),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional()
    .describe("Another server than the provider's own, where the provider takes one; https"),
  organization: Word(200).optional().describe("Whom OpenAI bills"),
  api: z
    .enum(["responses", "chat"])
    .optional()
    .describe("`chat` for a compatible server that knows no other"),
});

/** Of a workspace: who tries keys one after the other is not who has one. */
const tries = { kind: "provider-key", free: 30, windowSeconds: 3_600 };

/** AI providers: which there are, whose key they are asked with, and the workspace's own keys. */
export const addProviderRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "GET",
    url: "/v1/providers",
    config: { access: { scope: "generations:read" } },
    schema: {
      tags: ["generations"],
      summary: "List the AI providers, and whose key each is asked with",
      response: responses({ 200: z.object({ data: z.array(ProviderView), nextCursor: z.null() }) }),
    },
    handler: async (request) => {
      const { workspaceId } = principalOf(request);
      const data = await readRows(context, workspaceId, (em) => readProviders(context, em));
      return { data, nextCursor: null };
    },
  });

  app.route({
    method: "PUT",
    url: "/v1/providers/:name/credentials",
    config: { access: { scope: "workspace:write", stepUp: true } },
    schema: {
      tags: ["generations"],
      summary: "Give the workspace a key of its own for a provider",
      description:
        "The key is sealed and tried with the provider's cheapest call. One that works is used from then on, instead of any before; one that does not changes nothing, and the problem's `reason` says why. 202 says that the check takes longer than ten seconds: `lastCheck` of GET /v1/providers tells its end. Needs the password, given within the last 10 minutes, where a person asks.",
      params: NameParams,
      body: NewCredentials,
      response: responses(
        { 200: ProviderView, 202: ProviderView.extend({ engine: EngineAnswer }) },
        [
          "not_found",
          "address_refused",
          "provider_key_refused",
          "version_conflict",
          "too_many_tries",
        ],
      ),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { name } = request.params;
      const manifest = found(context.providers.get(name), "provider");
      const prepare = async () => {
        const checked = await checkProviderKey(context, manifest, request.body);
        await countTry(context.orm, [{ ...tries, who: workspaceId }]);
        return checked;
      };
      const viewOne = async (em: EntityManager): Promise<ProviderView> => {
        const [view] = await readProviders(context, em, [name]);
        return found(view, "provider");
      };
      let id: string | undefined;
      const answer = await accept(
        context,
        { request, reply },
        {
          status: 202,
          prepare,
          fingerprint: fingerprintOf(context.keyRing, request.body),
          reread: viewOne,
        },
        async (em, { secrets, host }) => {
          await lockProviderKeys(em, { workspaceId, provider: name });
          const open = {
            provider: name,
            status: { $in: ["checking" as const, "failed" as const] },
          };
          await em.nativeDelete(ProviderCredentials, open);
          id = newId();
          const row = { id, workspaceId, provider: name };
          const { sealed, wrappedKey } = sealProviderKey({
            keyRing: context.keyRing,
            row,
            secrets,
          });
          await insertRow(em, ProviderCredentials, {
            ...row,
            createdAt: context.now(),
            status: "checking",
            sealedSecrets: sealed,
            wrappedKey,
            host,
            models: [],
            createdBy: actor,
            address: request.ip.slice(0, 64),
          });
          await recordAudit(em, {
            workspaceId,
            actor,
            action: "provider-key.given",
            subject: `provider:${name}`,
            address: request.ip,
          });
          const message = await enqueue(em, {
            workspaceId,
            action: "start",
            workflowType: "checkProviderKey",
            workflowId: `provider-key/${id}`,
            input: { credentialsId: id },
          });
          return { body: await viewOne(em), keep: null, outboxIds: [message] };
        },
      );
      if (answer.engine === "delayed") return answer;
      const end = await waitForKeyCheck(context, {
        workspaceId,
        provider: name,
        id,
        signal: clientSignal(reply),
      });
      if (end === "checking") return { ...answer, engine: "ready" as const };
      reply.code(200);
      return readRows(context, workspaceId, viewOne);
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/providers/:name/credentials",
    config: { access: { scope: "workspace:write" } },
    schema: {
      tags: ["generations"],
      summary: "Remove the workspace's own key for a provider, at once",
      description:
        "From then on the provider is asked with the installation's key, where it has one.",
      params: NameParams,
      response: responses({ 204: z.null() }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const { workspaceId, actor } = principalOf(request);
      const { name: provider } = request.params;
      await inWorkspace(context.orm, workspaceId).transactional(async (em) => {
        await lockProviderKeys(em, { workspaceId, provider });
        const removed = await em.nativeDelete(ProviderCredentials, { provider });
        if (removed === 0) {
          const detail = "The workspace has no key of its own for such a provider.";
          throw new Problem({ status: 404, code: "not_found", detail });
        }
        await recordEvent(em, {
          workspaceId,
          type: "workspace.provider_key_removed",
          subjectKind: "workspace",
          subjectId: workspaceId,
          data: { provider },
        });
        await recordAudit(em, {
          workspaceId,
          actor,
          action: "provider-key.removed",
          subject: `provider:${provider}`,
          address: request.ip,
        });
      });
      return reply.code(204).send(null);
    },
  });
};
