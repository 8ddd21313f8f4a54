import type { MikroORM } from "@mikro-orm/postgresql";
import { Channel, Connection, Target } from "#db/entities/index.ts";
import { inWorkspace } from "#db/orm.ts";

/**
 * Whether some work is about a post on a blind channel: one whose account takes no markers and lists no posts. An
 * answer that is lost there can't be read again by anybody, so that every `unconfirmed` there has to be the fault of the
 * network itself: no process is killed over it.
 */
export function createBlindnessOf(
  orm: MikroORM,
): (input?: { workspaceId?: string; postId?: string }) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (input) => {
    if (input?.workspaceId === undefined || input.postId === undefined)
      return Promise.resolve(false);
    const { workspaceId, postId } = input;
    let answer = known.get(postId);
    if (!answer) {
      answer = ask(orm, { workspaceId, postId });
      known.set(postId, answer);
      // Not known now is to be asked again, and is better taken for blind.
      answer.catch(() => known.delete(postId));
    }
    return answer.catch(() => true);
  };
}

async function ask(
  orm: MikroORM,
  { workspaceId, postId }: { workspaceId: string; postId: string },
): Promise<boolean> {
  const em = inWorkspace(orm, workspaceId);
  const targets = await em.find(Target, { postId });
  const channels = await em.find(Channel, { id: { $in: targets.map((one) => one.channelId) } });
  const connections = await em.find(Connection, {
    id: { $in: channels.map((one) => one.connectionId) },
  });
  return connections.some(
    ({ accountData }) => accountData?.["markers"] === "false" && accountData["listing"] === "false",
  );
}
