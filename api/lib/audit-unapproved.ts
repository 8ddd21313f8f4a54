import type { FastifyRequest } from "fastify";
import type { EntityManager } from "#db/orm.ts";
import { recordAudit } from "#db/record-audit.ts";
import { principalOf } from "../plugins/access.ts";

/** Writes down who made posts that go out without approval; one that asks for it is told of when somebody decides. */
export async function auditUnapproved(
  em: EntityManager,
  { request, postIds }: { request: FastifyRequest; postIds: readonly string[] },
): Promise<void> {
  const { workspaceId, actor } = principalOf(request);
  for (const id of postIds) {
    await recordAudit(em, {
      workspaceId,
      actor,
      action: "post.created",
      subject: `post:${id}`,
      address: request.ip,
      detail: { approval: "none" },
    });
  }
}
