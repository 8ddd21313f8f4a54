import { LockMode } from "@mikro-orm/core";
import { decideExpiry, type Keeping } from "#domain/decide-expiry.ts";
import type { RuleName } from "#domain/retention.ts";
import { Asset, ExpiredObject, Rendition } from "./entities/index.ts";
import { insertRows } from "./insert-row.ts";
import type { EntityManager } from "./orm.ts";
import { readNeeds, type NeedOfObject } from "./read-needs.ts";
import { recordEvent } from "./record-event.ts";
import { tallyRemoved } from "./tally-removed.ts";

const locked = {
  lockMode: LockMode.PESSIMISTIC_WRITE,
  orderBy: { id: "asc" },
} as const;

interface Some {
  workspaceId: string;
  ids: readonly string[];
  now: Date;
}

/** So many rows are decided about in one transaction. */
const atATime = 500;

interface Passing {
  id: string;
  class?: Asset["class"];
  neededAt: Date;
  expiresAt?: Date | null | undefined;
}

/** Of assets and of renditions alone what is decided by. */
const passing: ((em: EntityManager, where: object) => Promise<Passing[]>)[] = [
  (em, where) =>
    em.find(
      Asset,
      { class: { $ne: "library" }, ...where },
      {
        fields: ["id", "class", "neededAt", "expiresAt"],
        orderBy: { id: "asc" },
        limit: atATime,
      },
    ),
  (em, where) =>
    em.find(Rendition, where, {
      fields: ["id", "neededAt", "expiresAt"],
      orderBy: { id: "asc" },
      limit: atATime,
    }),
];

/**
 * Decides anew until when files are kept: of those that something needs now or needed lately, and of those that something
 * needed when it was decided last. In pages, each of them in a transaction of its own and with an entity manager of the
 * workspace that `open` gives; ends early when `isOver` says so.
 */
export async function decideAnew(
  open: () => EntityManager,
  { now, isOver }: { now: Date; isOver: () => boolean },
): Promise<void> {
  const needs = Map.groupBy(await readNeeds(open(), { now }), ({ objectId }) => objectId);
  const decide = (find: (typeof passing)[number], where: object) =>
    open().transactional(async (em) => {
      const rows = await find(em, where);
      for (const row of rows) {
        const { id, class: ofAsset, neededAt, expiresAt } = row;
        const keeping: Keeping = { class: ofAsset ?? "rendition", neededAt, expiresAt };
        Object.assign(row, decideExpiry(keeping, needs.get(id) ?? [], now));
      }
      await em.flush();
      return rows.map(({ id }) => id);
    });
  const needed = [...needs.keys()];
  for (const find of passing) {
    for (let from = 0; from < needed.length && !isOver(); from += atATime)
      await decide(find, { id: { $in: needed.slice(from, from + atATime) } });
    let last: string | undefined = "00000000-0000-0000-0000-000000000000";
    while (last !== undefined && !isOver())
      last = (await decide(find, { expiresAt: null, id: { $gt: last } })).at(-1);
  }
}

/**
 * Removes those of these assets whose time is over, with what was made of them, from the database; what their bytes were
 * under is left in `expired_object`. Looks once more under their locks: what was used meanwhile stays. Call it within a
 * transaction of the workspace. Gives how many went.
 */
export async function expireAssets(em: EntityManager, some: Some): Promise<number> {
  const { workspaceId, now } = some;
  const assets = await em.find(
    Asset,
    { id: { $in: [...some.ids] }, class: { $ne: "library" } },
    locked,
  );
  const over = await stillOver(em, { rows: assets, now });
  const ids = over.map(({ id }) => id);
  const renditions = await em.find(Rendition, { assetId: { $in: ids } }, locked);
  await note(em, { workspaceId, now, kind: "rendition", rows: renditions.map(asKept) });
  await note(em, { workspaceId, now, kind: "asset", rows: over });
  await em.nativeDelete(Asset, { id: { $in: ids } });
  for (const id of ids) {
    const data = { by: "retention" };
    await recordEvent(em, {
      workspaceId,
      type: "asset.expired",
      subjectKind: "asset",
      subjectId: id,
      data,
    });
  }
  return over.length + renditions.length;
}

/** The same of renditions; what they were made of stays. */
export async function expireRenditions(em: EntityManager, some: Some): Promise<number> {
  const { workspaceId, now } = some;
  const rows = await em.find(Rendition, { id: { $in: [...some.ids] } }, locked);
  const over = await stillOver(em, { rows: rows.map(asKept), now });
  await note(em, { workspaceId, now, kind: "rendition", rows: over });
  await em.nativeDelete(Rendition, { id: { $in: over.map(({ id }) => id) } });
  return over.length;
}

type Kept = Pick<Asset, "id" | "neededAt" | "expiresAt" | "bytes" | "blobKey"> & {
  class: Asset["class"] | "rendition";
  assetId?: string;
};

function asKept(rendition: Rendition): Kept & { class: "rendition"; assetId: string } {
  const { id, neededAt, expiresAt, bytes, blobKey, assetId } = rendition;
  return { id, neededAt, expiresAt, bytes, blobKey, assetId, class: "rendition" };
}

async function stillOver<Row extends Kept>(
  em: EntityManager,
  { rows, now }: { rows: readonly Row[]; now: Date },
): Promise<Row[]> {
  const found = await readNeeds(em, { now, ids: rows.map(({ id }) => id) });
  const needs = Map.groupBy(found, ({ objectId }: NeedOfObject) => objectId);
  return rows.filter((row) => {
    const { expiresAt } = decideExpiry(row, needs.get(row.id) ?? [], now);
    return expiresAt !== null && expiresAt <= now;
  });
}

async function note(
  em: EntityManager,
  input: { workspaceId: string; now: Date; kind: "asset" | "rendition"; rows: readonly Kept[] },
): Promise<void> {
  const { workspaceId, now, kind, rows } = input;
  await insertRows(
    em,
    ExpiredObject,
    rows.map((row) => ({
      id: row.id,
      workspaceId,
      createdAt: now,
      kind,
      rule: row.class,
      assetId: row.assetId ?? null,
      bytes: row.bytes,
      blobKey: row.blobKey,
    })),
  );
  for (const [rule, some] of Map.groupBy(rows, (row): RuleName => row.class)) {
    const bytes = some.reduce((sum, row) => sum + row.bytes, 0);
    await tallyRemoved(em, { workspaceId, rule, removed: some.length, bytes, now });
  }
}
