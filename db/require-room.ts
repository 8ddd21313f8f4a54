import { Problem } from "#domain/errors.ts";
import type { EntityManager } from "./orm.ts";

/**
 * Refuses a file for which the workspace has no room left: what it keeps, with what it is sending, stays within the
 * quota. Who asks holds the workspace's row until the transaction ends, so that two can't take the same room. Throws
 * Problem 409 `storage_quota`.
 */
export async function requireRoom(
  em: EntityManager,
  input: { workspaceId: string; bytes: number; quotaBytes: number },
): Promise<void> {
  const { workspaceId, bytes, quotaBytes } = input;
  await em.execute(`select 1 from workspace_details where id = ? for no key update`, [workspaceId]);
  const [used] = await em.execute<{ bytes: string }[]>(
    `select (select coalesce(sum(bytes), 0) from asset)
          + (select coalesce(sum(bytes), 0) from rendition)
          + (select coalesce(sum(bytes), 0) from upload where status in ('receiving', 'fetching', 'checking')) as bytes`,
  );
  const left = quotaBytes - Number(used?.bytes ?? 0);
  if (bytes <= left) return;
  throw new Problem({
    status: 409,
    code: "storage_quota",
    detail: `The workspace has room for ${Math.max(0, left)} more bytes of ${quotaBytes}, and the file has ${bytes}. Delete assets that nothing needs any more.`,
  });
}
