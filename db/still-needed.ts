import type { EntityManager } from "@mikro-orm/postgresql";
import { isUsable, openPosts, type PostStatus } from "#domain/states.ts";
import { Connection, Post, type Notification } from "./entities/index.ts";

/** States in which a post still is what its notification says. */
const needingStates: Readonly<Record<string, readonly PostStatus[]>> = {
  needs_approval: ["awaiting_approval"],
  failed: ["failed", "partially_published"],
  unconfirmed: ["unconfirmed"],
  blocked: ["blocked"],
  overdue: openPosts,
};

/** Those that still need somebody: not what was decided meanwhile, or ended by itself. Call it within the workspace. */
export async function stillNeeded(
  em: EntityManager,
  rows: readonly Notification[],
): Promise<Notification[]> {
  const idsOf = (kind: string) =>
    rows.filter((row) => row.subjectKind === kind).map((row) => row.subjectId);
  const posts = new Map(
    (
      await em.find(
        Post,
        { id: { $in: idsOf("post") } },
        { fields: ["id", "status", "overdueAt"], refresh: true },
      )
    ).map((post) => [post.id, post]),
  );
  const connections = new Map(
    (
      await em.find(
        Connection,
        // Who disconnected it knows.
        { id: { $in: idsOf("connection") }, disconnectedAt: null },
        { fields: ["id", "status"] },
      )
    ).map((connection) => [connection.id, connection.status]),
  );
  return rows.filter((row) => {
    if (row.subjectKind === "connection") {
      const status = connections.get(row.subjectId);
      return status !== undefined && !isUsable(status);
    }
    if (row.subjectKind !== "post") return true;
    const post = posts.get(row.subjectId);
    if (!post) return false;
    // It has a new time, or goes on at somebody's word.
    if (row.kind === "overdue" && !post.overdueAt) return false;
    return needingStates[row.kind]?.includes(post.status) ?? true;
  });
}
