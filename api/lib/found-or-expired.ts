import { ExpiredObject } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import { found } from "./not-found.ts";

type Kind = ExpiredObject["kind"];

/**
 * The row; or Problem 410 where its time was over (`file_expired`, `generation_expired`), which says what to do, and
 * Problem 404 where it never was, or somebody deleted it.
 */
export async function foundOrExpired<T>(
  em: EntityManager,
  row: T | null,
  what: { kind: Kind; id: string; assetId?: string },
): Promise<T> {
  const { kind, id, assetId } = what;
  if (row !== null) return row;
  const expired = await em.findOne(ExpiredObject, {
    id,
    kind,
    ...(assetId === undefined ? {} : { assetId }),
  });
  if (!expired) return found(row, kind);
  if (kind === "generation") throw generationExpired();
  throw fileExpired(kind);
}

/** Those of these ids that were assets until their time was over. */
export async function findExpired(
  em: EntityManager,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await em.find(
    ExpiredObject,
    { id: { $in: [...ids] }, kind: "asset" },
    { fields: ["id"] },
  );
  return new Set(rows.map(({ id }) => id));
}

/** Of a file whose time was over; `pointer` says where it was named in a body. */
export function fileExpired(kind: "asset" | "rendition", pointer?: string): Problem {
  const detail =
    kind === "rendition"
      ? "This version was removed when its time was over. It is made again when the asset is posted again."
      : "The file was removed when its time was over. Upload or make it again if it is needed; put what is to stay into the library.";
  const errors = pointer === undefined ? {} : { errors: [{ pointer, detail }] };
  return new Problem({ status: 410, code: "file_expired", detail, ...errors });
}

/** Of a generation that is gone, or whose texts are; `pointer` says where it was named in a body. */
export function generationExpired(pointer?: string): Problem {
  const detail =
    "What this generation was asked and what it wrote was removed when its time was over. Begin a new one with a prompt of yours.";
  const errors = pointer === undefined ? {} : { errors: [{ pointer, detail }] };
  return new Problem({ status: 410, code: "generation_expired", detail, ...errors });
}
