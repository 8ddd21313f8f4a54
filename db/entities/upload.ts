import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { assetClasses } from "#domain/retention.ts";
import type { UploadStatus } from "#domain/states.ts";
import { instant, tenantProperties, tenantSecurity } from "./lib.ts";

/** Why an upload became no asset. */
export interface UploadProblem {
  code: string;
  detail: string;
}

/** A file that a client sends in pieces, or has fetched, and what became of it. Its asset has the same id. */
export const Upload = defineEntity({
  name: "Upload",
  ...tenantSecurity,
  properties: {
    ...tenantProperties,
    status: p
      .enum(["receiving", "fetching", "checking", "ready", "failed"])
      .$type<UploadStatus>()
      .default("receiving"),
    /** Of the whole file, as the client says; of one that is fetched 0 until it is here. */
    bytes: p.bigint("number"),
    /** Of the whole file, hex, as the client says; null where it says nothing. */
    sha256: p.string().length(64).nullable(),
    name: p.string().length(300).nullable(),
    /** Its type, as the client says; null where it says nothing. */
    declaredType: p.string().length(200).nullable(),
    /** What its asset is to be there for. */
    class: p.enum(assetClasses).default("upload"),
    /** All that the client said of it (`Upload-Metadata`), to be said back. */
    metadata: p.text().nullable(),
    /** Where it is fetched from; null for what is sent, and once it was fetched: it may hold a secret. */
    sourceUrl: p.text().nullable(),
    /** `user:<id>` or `key:<id>`. */
    createdBy: p.string().length(80),
    /** From where it was begun. */
    address: p.string().length(64).nullable(),
    /** Until then it goes on; later it is swept. */
    expiresAt: instant(),
    /** When the last piece was there. */
    receivedAt: instant().nullable(),
    assetId: p.uuid().nullable(),
    problem: p.json<UploadProblem>().nullable(),
    /** Which request is writing to it, until when, and whether another one waits for it to stop. */
    lockToken: p.uuid().nullable(),
    lockedUntil: instant().nullable(),
    lockWanted: p.boolean().default(false),
  },
  uniques: [{ properties: ["workspaceId", "id"] }],
  indexes: [
    { properties: ["workspaceId", "createdAt"] },
    {
      name: "upload_open",
      properties: ["workspaceId"],
      where: "status in ('receiving', 'fetching', 'checking')",
    },
  ],
});
export type Upload = InferEntity<typeof Upload>;
