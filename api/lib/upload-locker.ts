import { ERRORS, type Lock, type Locker, type RequestRelease } from "@tus/server";
import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "#db/entities/lib.ts";
import { inWorkspace } from "#db/orm.ts";
import type { ApiContext } from "../context.ts";

/** A request that says nothing for so long has died with its process. Seconds. */
const leaseSeconds = 6;
/** How often a request that writes says that it does, and looks whether another one waits. */
const renewMs = 1_000;
/** How often a request that waits looks again, and how long it does. */
const retryMs = 100;
const patienceMs = 15_000;

/**
 * Lets one request at a time touch an upload, in whichever process. A client that comes back over a new line, while
 * nobody has noticed yet that the old one is dead, makes the old request stop.
 */
export function createUploadLocker(context: ApiContext, workspaceId: string): Locker {
  return { newLock: (key) => createLock(context, workspaceId, key.split("/").at(-1) ?? "") };
}

function createLock(context: ApiContext, workspaceId: string, id: string): Lock {
  const token = newId();
  let timer: NodeJS.Timeout | undefined;

  /** One statement on the upload's row, by the clock of the database; gives its row. */
  async function ask<Row extends object>(sql: string, values: unknown[]): Promise<Row | undefined> {
    const rows = await inWorkspace(context.orm, workspaceId).transactional((em) =>
      em.execute<Row[]>(sql, values),
    );
    return rows[0];
  }

  const take = () =>
    ask<{ id: string }>(
      `update "upload" set "lock_token" = ?, "lock_wanted" = false, "locked_until" = now() + interval '${leaseSeconds} seconds'
       where "id" = ? and ("locked_until" is null or "locked_until" < now()) returning "id"`,
      [token, id],
    );

  const want = () =>
    ask(`update "upload" set "lock_wanted" = true where "id" = ? returning "id"`, [id]);

  const renew = () =>
    ask<{ wanted: boolean }>(
      `update "upload" set "locked_until" = now() + interval '${leaseSeconds} seconds'
       where "id" = ? and "lock_token" = ? returning "lock_wanted" as wanted`,
      [id, token],
    );

  /** Looks again and again until another request wants the upload, or has it. */
  function keep(requestRelease: RequestRelease): void {
    timer = setTimeout(async () => {
      try {
        const held = await renew();
        if (timer === undefined) return;
        if (!held || held.wanted) return await requestRelease();
      } catch (error) {
        // The lease lasts a few tries; then another request may take over, as from a process that died.
        context.logger.warn({ err: error }, "the lock of an upload was not renewed");
      }
      keep(requestRelease);
    }, renewMs);
  }

  return {
    async lock(signal, requestRelease) {
      const deadline = performance.now() + patienceMs;
      for (let first = true; !(await take()); first = false) {
        if (signal.aborted || performance.now() > deadline) throw ERRORS.ERR_LOCK_TIMEOUT;
        if (first && !(await want())) throw ERRORS.FILE_NOT_FOUND;
        await sleep(retryMs);
      }
      keep(requestRelease);
    },

    async unlock() {
      clearTimeout(timer);
      timer = undefined;
      await ask(
        `update "upload" set "lock_token" = null, "locked_until" = null where "id" = ? and "lock_token" = ? returning "id"`,
        [id, token],
      );
    },
  };
}
