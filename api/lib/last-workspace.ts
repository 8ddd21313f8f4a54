import type { MikroORM } from "@mikro-orm/postgresql";
import { Member, Session } from "#db/entities/index.ts";
import { forUser, outsideWorkspaces } from "#db/orm.ts";

/** The workspace in which the person worked last, of those where they are a member; undefined when there is none. */
export async function lastWorkspace(orm: MikroORM, userId: string): Promise<string | undefined> {
  const members = await forUser(orm, userId).find(Member, { userId }, { orderBy: { id: "asc" } });
  const [session] = await outsideWorkspaces(orm).find(
    Session,
    { userId, workspaceId: { $in: members.map((member) => member.workspaceId) } },
    { orderBy: { lastSeenAt: "desc", id: "desc" }, limit: 1 },
  );
  return session?.workspaceId ?? members[0]?.workspaceId;
}
