import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Connection, Workspace } from "../entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "../orm.ts";
import type { KeyRing } from "./key-ring.ts";
import { wrapContext } from "./envelope.ts";

/**
 * Wraps every connection's data key under the ring's active key. The secrets themselves are not opened. May be
 * repeated and interrupted; returns how many were wrapped anew.
 */
export async function rewrapDataKeys(input: { orm: MikroORM; keyRing: KeyRing }): Promise<number> {
  const workspaces = await outsideWorkspaces(input.orm).find(Workspace, {}, { fields: ["id"] });
  let count = 0;
  for (const workspace of workspaces) {
    await inWorkspace(input.orm, workspace.id).transactional(async (em) => {
      const connections = await em.find(
        Connection,
        { wrappedKey: { $ne: null } },
        { lockMode: LockMode.PESSIMISTIC_WRITE, populate: ["wrappedKey"] },
      );
      for (const connection of connections) {
        const wrapped = connection.wrappedKey;
        if (!wrapped || input.keyRing.wrappingKeyId(wrapped) === input.keyRing.activeId) continue;
        const context = wrapContext({
          workspaceId: workspace.id,
          connectionId: connection.id,
          field: "",
          version: 0,
        });
        const dataKey = input.keyRing.unwrap(wrapped, context);
        connection.wrappedKey = input.keyRing.wrap(dataKey, context);
        dataKey.fill(0);
        count += 1;
      }
    });
  }
  return count;
}
