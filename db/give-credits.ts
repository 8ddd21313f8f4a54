import type { EntityManager } from "@mikro-orm/postgresql";
import { grantCredits } from "./credits.ts";
import { recordAudit } from "./record-audit.ts";
import { recordEvent } from "./record-event.ts";

/**
 * Grants credits with an event and a line in the audit log, in the caller's transaction: once per subject, however often
 * it is said. Throws what `grantCredits` does.
 */
export async function giveCredits(
  em: EntityManager,
  gift: Parameters<typeof grantCredits>[1] & { actor: string; address?: string | undefined },
): ReturnType<typeof grantCredits> {
  const { workspaceId, subject, credits, actor, address } = gift;
  const given = await grantCredits(em, gift);
  if (!given.made) return given;
  await recordEvent(em, {
    workspaceId,
    type: "workspace.credits_granted",
    subjectKind: "workspace",
    subjectId: workspaceId,
    data: { credits, left: given.left, entryId: given.entry.id },
  });
  await recordAudit(em, {
    ...{ workspaceId, actor, address, subject },
    action: "credits.granted",
    detail: { credits },
  });
  return given;
}
