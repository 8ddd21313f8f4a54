import { LockMode } from "@mikro-orm/core";
import { z } from "zod";
import { ApiKey, ApiKeyDetails, Member } from "#db/entities/index.ts";
import { insertRow } from "#db/insert-row.ts";
import { inWorkspace, type EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { Problem } from "#domain/errors.ts";
import { keyScopes } from "#domain/permissions.ts";
import { accept } from "../lib/accept.ts";
import type { RouteAdder } from "../lib/add-routes.ts";
import { newApiKey } from "../lib/api-key.ts";
import { found } from "../lib/not-found.ts";
import { afterCursor, PageQuery, pageOf, toPage } from "../lib/pages.ts";
import { Id, IdParams, Instant, iso, responses } from "../lib/responses.ts";
import { revokeKeys } from "../lib/revoke-keys.ts";
import { principalOf } from "../plugins/access.ts";
import { keyRevoked, noMember } from "../plugins/principal.ts";

/** A key without a word on its end expires then. */
const defaultLifeMs = 90 * 24 * 60 * 60 * 1000;

const locked = LockMode.PESSIMISTIC_WRITE;

const KeyView = z.object({
  id: Id,
  name: z.string(),
  scopes: z.array(z.string()),
  prefix: z.string(),
  lastFour: z.string(),
  status: z.enum(["active", "expired", "revoked"]),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
});

/** API keys: made, listed, revoked. The full key is in the answer to its making and nowhere else. */
export const addApiKeyRoutes: RouteAdder = (app, context) => {
  app.route({
    method: "POST",
    url: "/v1/api-keys",
    config: { access: { scope: "api-keys:write", stepUp: true } },
    schema: {
      tags: ["api-keys"],
      summary: "Make an API key",
      description: "Needs the password, given within the last 10 minutes, where a person asks.",
      body: z.strictObject({
        name: z.string().trim().min(1).max(200),
        scopes: z.array(z.enum(keyScopes)).min(1),
        expiresAt: z.iso
          .datetime({ offset: true })
          .optional()
          .describe("90 days from now when absent; never later than the key that makes it"),
      }),
      response: responses(
        {
          201: KeyView.extend({
            key: z
              .string()
              .optional()
              .describe("The full key, shown this once: a repeated answer lacks it"),
          }),
        },
        ["missing_scope"],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { name, scopes } = request.body;
      const beyond = scopes.filter((scope) => !principal.scopes.includes(scope));
      if (beyond.length > 0) {
        throw new Problem({
          status: 403,
          code: "missing_scope",
          detail: `A key can't do more than whoever makes it: you lack ${beyond.join(", ")}. Leave that out.`,
        });
      }
      const now = context.now();
      const expiresAt = request.body.expiresAt
        ? new Date(request.body.expiresAt)
        : new Date(now.getTime() + defaultLifeMs);
      // RFC 3339 writes years with four digits; an offset may carry the last of them over.
      const tooFar = expiresAt.getUTCFullYear() > 9999;
      if (expiresAt <= now || tooFar) {
        const detail = tooFar ? "That is too far away." : "The time has passed already.";
        throw new Problem({
          status: 422,
          code: "invalid_request",
          detail,
          errors: [{ pointer: "/expiresAt", detail }],
        });
      }
      const made = newApiKey(context.keyRing);
      return accept(context, { request, reply }, { status: 201 }, async (em) => {
        await holdMember(em, principal.userId);
        const madeByKey = principal.kind === "key" ? principal.keyId : null;
        const latest = madeByKey === null ? null : await endOfMaker(em, madeByKey);
        if (request.body.expiresAt && latest && expiresAt > latest) {
          const detail = `A key made by a key expires no later than it: ${iso(latest)}.`;
          throw new Problem({
            status: 422,
            code: "invalid_request",
            detail,
            errors: [{ pointer: "/expiresAt", detail }],
          });
        }
        await insertRow(em, ApiKey, {
          id: made.id,
          workspaceId: principal.workspaceId,
          verifier: made.verifier,
          pepperId: made.pepperId,
        });
        const id = await insertRow(em, ApiKeyDetails, {
          workspaceId: principal.workspaceId,
          createdAt: now,
          keyId: made.id,
          name,
          scopes: [...new Set(scopes)],
          prefix: made.prefix,
          lastFour: made.lastFour,
          createdBy: principal.userId,
          madeByKey,
          expiresAt: latest && latest < expiresAt ? latest : expiresAt,
        });
        await recordAudit(em, {
          workspaceId: principal.workspaceId,
          actor: principal.actor,
          action: "api-key.created",
          subject: id,
          address: request.ip,
        });
        const keep = viewOf(await em.findOneOrFail(ApiKeyDetails, { id }), now);
        return {
          body: { ...keep, key: made.key },
          keep,
          location: `/v1/api-keys/${id}`,
          subjectId: id,
        };
      });
    },
  });

  app.route({
    method: "GET",
    url: "/v1/api-keys",
    config: { access: { scope: "api-keys:read" } },
    schema: {
      tags: ["api-keys"],
      summary: "List API keys",
      querystring: PageQuery,
      response: responses({ 200: pageOf(KeyView) }),
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await inWorkspace(context.orm, principalOf(request).workspaceId).find(
        ApiKeyDetails,
        afterCursor(cursor),
        { orderBy: { id: "desc" }, limit: limit + 1 },
      );
      return toPage(rows, limit, (row) => viewOf(row, context.now()));
    },
  });

  app.route({
    method: "DELETE",
    url: "/v1/api-keys/:id",
    config: { access: { scope: "api-keys:write" } },
    schema: {
      tags: ["api-keys"],
      summary: "Revoke an API key, and the keys and open invitations that it made",
      params: IdParams,
      response: responses({ 204: z.null() }, ["not_found"]),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      await inWorkspace(context.orm, principal.workspaceId).transactional(async (em) => {
        const { id } = request.params;
        const key = found(await em.findOne(ApiKeyDetails, { id }, { lockMode: locked }), "API key");
        const { workspaceId, actor } = principal;
        const by = { workspaceId, actor, address: request.ip, now: context.now() };
        await revokeKeys(em, { ...by, keys: [key] });
      });
      return reply.code(204).send(null);
    },
  });
};

/** Holds the membership on which the key will rest: who is removed meanwhile leaves no key behind. */
async function holdMember(em: EntityManager, userId: string): Promise<void> {
  const lock = { lockMode: LockMode.PESSIMISTIC_READ };
  if (!(await em.findOne(Member, { userId }, lock))) throw noMember();
}

/** When the key ends that makes another one. Locks it: a key is not made while its maker is being revoked. */
async function endOfMaker(em: EntityManager, keyId: string): Promise<Date | null> {
  const maker = await em.findOneOrFail(ApiKeyDetails, { keyId }, { lockMode: locked });
  if (!maker.revokedAt) return maker.expiresAt ?? null;
  throw keyRevoked();
}

function viewOf(row: ApiKeyDetails, now: Date): z.infer<typeof KeyView> {
  const expired = row.expiresAt !== null && row.expiresAt !== undefined && row.expiresAt <= now;
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    prefix: row.prefix,
    lastFour: row.lastFour,
    status: row.revokedAt ? "revoked" : expired ? "expired" : "active",
    createdAt: iso(row.createdAt),
    expiresAt: iso(row.expiresAt),
    lastUsedAt: iso(row.lastUsedAt),
  };
}
