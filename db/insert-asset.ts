import { firstKeeping } from "#domain/decide-expiry.ts";
import type { AssetClass } from "#domain/retention.ts";
import type { Probe } from "#media/contract.ts";
import { Asset } from "./entities/index.ts";
import { insertRow } from "./insert-row.ts";
import type { EntityManager } from "./orm.ts";
import { recordEvent } from "./record-event.ts";

/** An upload whose file is stored, and of which no asset knows yet. */
export interface KeptUpload {
  id: string;
  blobKey: string;
  facts: Probe;
  /** Of the file as it is kept, hex. */
  sha256: string;
  /** What the sender calls it. */
  name: string | null;
}

/** Makes an asset of a stored upload. Call it within a transaction. */
export async function insertAsset(
  em: EntityManager,
  input: KeptUpload & { workspaceId: string; class: AssetClass; now: Date },
): Promise<Asset> {
  const { workspaceId, id, facts, sha256, blobKey, name, now } = input;
  await insertRow(em, Asset, {
    id,
    workspaceId,
    ...shownFacts(facts),
    status: "ready",
    sha256,
    blobKey,
    origin: "upload",
    digitalSource: facts.digitalSource ?? null,
    name,
    class: input.class,
    ...firstKeeping(input.class, now),
  });
  await recordEvent(em, {
    workspaceId,
    type: "asset.ready",
    subjectKind: "asset",
    subjectId: id,
  });
  return em.findOneOrFail(Asset, { id });
}

function shownFacts(facts: Probe) {
  const { kind, contentType, bytes } = facts;
  return {
    kind,
    contentType,
    bytes,
    width: facts.kind === "audio" ? null : facts.width,
    height: facts.kind === "audio" ? null : facts.height,
    durationSeconds: facts.durationSeconds ?? null,
  };
}
