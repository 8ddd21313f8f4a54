import { Asset, ExpiredObject, Rendition, Upload, WorkspaceDetails } from "#db/entities/index.ts";
import { timeOfId } from "#db/entities/lib.ts";
import { decideAnew, expireAssets, expireRenditions } from "#db/expire-objects.ts";
import { removeGenerations, removeGenerationTexts, removeTranscripts } from "#db/expire-texts.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { tallyRemoved } from "#db/tally-removed.ts";
import { retention } from "#domain/retention.ts";
import type { SweepActivities } from "#workflows/sweep.ts";
import type { ActivityDeps } from "./deps.ts";
import { workspacesToLookAt } from "./lib/workspaces-to-look-at.ts";

/** So many of a workspace's rows are read at once. */
const atOnce = 500;
/** So many in one transaction: their locks keep posts waiting that want to use them. */
const together = 50;
/** So many calls to the storage side by side. */
const sideBySide = 8;
/** A look ends in time for its activity, wherever it is. Milliseconds. */
const longestLookMs = 20_000;

type RetentionActivities = Pick<SweepActivities, "expireFiles" | "expireTexts" | "removeOrphans">;

/** What `sweep` asks for of what is kept for a time: the rules are in domain/retention.ts. */
export function createRetentionActivities(deps: ActivityDeps): RetentionActivities {
  const forFiles = workspacesToLookAt(deps);
  const forTexts = workspacesToLookAt(deps);
  /** Of workspaces whose bytes took longer than a look: after which line the next one goes on. */
  const stoppedAt = new Map<string, string>();
  return {
    async expireFiles() {
      const sum = { expired: 0, removed: 0 };
      await lookInto(deps, await forFiles(), async (workspaceId, until) => {
        const look = { workspaceId, until };
        try {
          sum.expired += await expireFilesOf(deps, look);
        } finally {
          sum.removed += await removeBytes(deps, look, stoppedAt);
        }
      });
      return sum;
    },

    async expireTexts() {
      const sum = { texts: 0, generations: 0 };
      const offline = [...deps.providers.values()].filter(({ manifest }) => manifest.offline);
      const offlineProviders = offline.map(({ manifest }) => manifest.name);
      await lookInto(deps, await forTexts(), (workspaceId) =>
        inWorkspace(deps.orm, workspaceId).transactional(async (em) => {
          const some = { workspaceId, now: deps.now(), limit: atOnce };
          sum.texts += await removeGenerationTexts(em, { ...some, offlineProviders });
          sum.texts += await removeTranscripts(em, some);
          sum.generations += await removeGenerations(em, some);
        }),
      );
      return sum;
    },

    async removeOrphans() {
      let removed = 0;
      await lookInto(deps, await workspacesOfThisMinute(deps), async (workspaceId, until) => {
        removed += await removeOrphansOf(deps, { workspaceId, until });
      });
      return { removed };
    },
  };
}

/** One after the other; one that fails must not hold up the others, and is tried again in an hour. */
async function lookInto(
  deps: ActivityDeps,
  workspaceIds: readonly string[],
  look: (workspaceId: string, until: number) => Promise<void>,
): Promise<void> {
  const until = performance.now() + longestLookMs;
  for (const workspaceId of workspaceIds) {
    if (performance.now() > until) return;
    try {
      await look(workspaceId, until);
    } catch (error) {
      deps.logger.error({ err: error, workspaceId }, "what is kept could not be looked through");
    }
  }
}

interface Look {
  workspaceId: string;
  /** When it ends, as `performance.now` counts. */
  until: number;
}

async function expireFilesOf(deps: ActivityDeps, { workspaceId, until }: Look): Promise<number> {
  const now = deps.now();
  const em = () => inWorkspace(deps.orm, workspaceId);
  const isOver = () => performance.now() > until;
  await decideAnew(em, { now, isOver });
  const where = { expiresAt: { $lte: now } };
  const options = {
    fields: ["id" as const],
    orderBy: { expiresAt: "asc" as const },
    limit: atOnce,
  };
  const passing = { ...where, class: { $ne: "library" as const } };
  const kinds = [
    { find: () => em().find(Asset, passing, options), expire: expireAssets },
    { find: () => em().find(Rendition, where, options), expire: expireRenditions },
  ];
  let expired = 0;
  for (const { find, expire } of kinds) {
    let gone = 0;
    do {
      gone = 0;
      for (const ids of slicesOf(await find(), together)) {
        gone += await em().transactional((tx) => expire(tx, { workspaceId, ids, now }));
        if (isOver()) return expired + gone;
      }
      expired += gone;
      // What is left then was used a moment ago.
    } while (gone > 0);
  }
  return expired;
}

function slicesOf(rows: readonly { id: string }[], size: number): string[][] {
  const ids = rows.map(({ id }) => id);
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}

/**
 * Removes the bytes of what has expired, also of what a process left behind that died before. What can't be removed holds up
 * nothing else: it is told of, and its turn comes again.
 */
async function removeBytes(
  deps: ActivityDeps,
  { workspaceId, until }: Look,
  stoppedAt: Map<string, string>,
): Promise<number> {
  const em = () => inWorkspace(deps.orm, workspaceId);
  const sum = { removed: 0, failed: 0 };
  let after = stoppedAt.get(workspaceId);
  let why: unknown;
  stoppedAt.delete(workspaceId);
  for (;;) {
    const rows = await em().find(
      ExpiredObject,
      { removedAt: null, ...(after === undefined ? {} : { id: { $gt: after } }) },
      { fields: ["id", "blobKey"], orderBy: { id: "asc" }, limit: sideBySide },
    );
    if (rows.length === 0) break;
    const results = await Promise.allSettled(
      rows.map(async ({ blobKey }) => {
        if (blobKey) await deps.storage.delete(blobKey);
      }),
    );
    const done = rows.filter((_row, index) => results[index]?.status === "fulfilled");
    await em().nativeUpdate(
      ExpiredObject,
      { id: { $in: done.map(({ id }) => id) } },
      { removedAt: deps.now() },
    );
    sum.removed += done.length;
    sum.failed += rows.length - done.length;
    why ??= results.find((result) => result.status === "rejected")?.reason;
    after = rows.at(-1)?.id;
    if (after !== undefined && performance.now() > until) {
      stoppedAt.set(workspaceId, after);
      break;
    }
  }
  if (sum.failed > 0)
    deps.logger.error({ err: why, workspaceId, ...sum }, "stored files could not be removed");
  return sum.removed;
}

/** Each workspace once a day: all of its files are listed. */
async function workspacesOfThisMinute(deps: ActivityDeps): Promise<string[]> {
  const now = deps.now();
  const rows = await outsideWorkspaces(deps.orm).execute<{ id: string }[]>(
    `select id from workspace where abs(hashtext(id::text)::bigint) % 1440 = ?
     order by random()`,
    [now.getUTCHours() * 60 + now.getUTCMinutes()],
  );
  return rows.map(({ id }) => id);
}

/**
 * Removes stored files that no row names: a process died between the file and its row, or between the row and the file.
 * What was begun within a day is spared, and what an upload is still checked for.
 */
async function removeOrphansOf(deps: ActivityDeps, { workspaceId, until }: Look): Promise<number> {
  const em = inWorkspace(deps.orm, workspaceId);
  const before = deps.now().getTime() - retention.orphansMs;
  const details = await em.findOneOrFail(WorkspaceDetails, { id: workspaceId });
  let removed = 0;
  let keys: string[] = [];
  let last: string | null = null;
  const look = async () => {
    for (const key of await unnamed(deps, workspaceId, keys)) {
      try {
        await deps.storage.delete(key);
        removed += 1;
      } catch (error) {
        deps.logger.error({ err: error, key }, "a stored file could not be removed");
      }
    }
    keys = [];
  };
  const after = details.orphansAfter ?? undefined;
  for await (const key of deps.storage.list(`${workspaceId}/`, after)) {
    const [, kind = "", name = ""] = key.split("/");
    const madeAt = timeOfId(name);
    if (["assets", "renditions"].includes(kind) && madeAt && madeAt.getTime() <= before)
      keys.push(key);
    if (keys.length === atOnce) await look();
    if (performance.now() > until || removed >= atOnce) {
      last = key;
      break;
    }
  }
  await look();
  // Where it has come to the end, the next look begins at the first.
  details.orphansAfter = last;
  await em.flush();
  if (removed > 0) {
    deps.logger.warn({ workspaceId, removed }, "removed stored files of which no row told");
    await tallyRemoved(em, { workspaceId, rule: "orphan", removed, now: deps.now() });
  }
  return removed;
}

async function unnamed(
  deps: ActivityDeps,
  workspaceId: string,
  keys: readonly string[],
): Promise<string[]> {
  const em = inWorkspace(deps.orm, workspaceId);
  const idOf = (key: string) => key.split("/").at(-1) ?? "";
  // Before the assets: one that is settled in between is named by its asset.
  const uploads = await em.find(
    Upload,
    { id: { $in: keys.map(idOf) }, status: { $in: ["receiving", "fetching", "checking"] } },
    { fields: ["id"] },
  );
  const named = { blobKey: { $in: [...keys] } };
  const rows = [
    ...(await em.find(Asset, named, { fields: ["blobKey"] })),
    ...(await em.find(Rendition, named, { fields: ["blobKey"] })),
  ];
  const known = new Set(rows.map(({ blobKey }) => blobKey));
  const coming = new Set(uploads.map(({ id }) => id));
  return keys.filter((key) => !known.has(key) && !coming.has(idOf(key)));
}
