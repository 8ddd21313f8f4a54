import type { EntityManager } from "@mikro-orm/postgresql";
import type { Target } from "./entities/index.ts";
import type { RemovalStatus } from "./entities/target.ts";
import { recordEvent } from "./record-event.ts";

/** Writes what became of taking a target down, with its event. Call it within a transaction that locks the post. */
export async function setRemoval(
  em: EntityManager,
  target: Target,
  removal: { status: RemovalStatus; detail: string; at: Date; code?: string },
): Promise<void> {
  const before = target.removal?.status;
  target.removal = { ...removal, at: removal.at.toISOString() };
  if (before === removal.status) return;
  await recordEvent(em, {
    workspaceId: target.workspaceId,
    type: `target.removal_${removal.status}`,
    subjectKind: "post",
    subjectId: target.postId,
    data: { targetId: target.id },
  });
}
