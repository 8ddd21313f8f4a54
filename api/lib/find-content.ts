import { LockMode } from "@mikro-orm/core";
import { createHash } from "node:crypto";
import { Asset } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import type { PostAsset, PostContent, PostPart, TargetOverrides } from "#domain/schemas/content.ts";
import type { ApiContext } from "../context.ts";
import { readChannels, type UsableChannel } from "./find-channels.ts";
import { findExpired } from "./found-or-expired.ts";

/** What posts are made of, as they are asked for. */
export interface AskedContent {
  content: PostContent;
  assets: PostAsset[];
  parts: PostPart[];
  targets: { channelId: string; overrides?: TargetOverrides | undefined }[];
}

/** What the workspace has of what posts name. */
export interface KnownContent {
  channels: ReadonlyMap<string, UsableChannel>;
  /** Those that are ready. */
  assets: ReadonlyMap<string, Asset>;
  /** Those that were, until their time was over. */
  expiredAssets: ReadonlySet<string>;
  /** Texts that are, to the letter, what an offline model made here. */
  offlineTexts: ReadonlySet<string>;
}

/** Looks up everything that these posts name, in three statements, however many they are. */
export async function findContent(
  context: ApiContext,
  em: EntityManager,
  posts: readonly AskedContent[],
): Promise<KnownContent> {
  const channels = await readChannels(
    em,
    posts.flatMap(({ targets }) => targets.map((target) => target.channelId)),
  );
  const wanted = new Set(posts.flatMap(assetIdsOf));
  const assets = await readAssets(em, wanted);
  const absent = [...wanted].filter((id) => !assets.has(id));
  return {
    channels,
    assets,
    expiredAssets: await findExpired(em, absent),
    offlineTexts: await findOfflineTexts(context, em, posts.flatMap(textsOf)),
  };
}

function assetIdsOf({ assets, parts, targets }: AskedContent): string[] {
  return [
    assets,
    ...parts.map((part) => part.assets),
    ...targets.flatMap(({ overrides }) => [
      overrides?.assets ?? [],
      ...(overrides?.parts ?? []).map((part) => part.assets),
    ]),
  ].flatMap((used) => used.map((asset) => asset.id));
}

async function readAssets(
  em: EntityManager,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Asset>> {
  if (ids.size === 0) return new Map();
  // Held until the post is written: an asset in use can't be removed meanwhile.
  const rows = await em.find(
    Asset,
    { id: { $in: [...ids] }, status: "ready" },
    { lockMode: LockMode.PESSIMISTIC_READ, orderBy: { id: "asc" } },
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Every text of a post, as offline models would have made it. */
export function textsOf({ content, parts, targets }: AskedContent): string[] {
  return [
    content.text,
    ...parts.map((part) => part.text),
    ...targets.flatMap(({ overrides }) => [
      ...(overrides?.text === undefined ? [] : [overrides.text]),
      ...(overrides?.parts ?? []).map((part) => part.text),
    ]),
  ]
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

async function findOfflineTexts(
  context: ApiContext,
  em: EntityManager,
  texts: readonly string[],
): Promise<ReadonlySet<string>> {
  // Of older ones the text is gone, and its hash is left.
  const byHash = new Map(
    texts.map((text) => [createHash("sha256").update(text).digest("hex"), text]),
  );
  const offline = [...context.providers.values()].filter((provider) => provider.offline);
  const found = await em.execute<{ text: string }[]>(
    `select distinct o ->> 'text' as "text" from "generation" g, jsonb_array_elements(g."outputs") as o
     where g."kind" = 'text' and g."provider" in (select jsonb_array_elements_text(?::jsonb))
       and o ->> 'text' in (select jsonb_array_elements_text(?::jsonb))
     union
     select o ->> 'sha256' from "generation" g, jsonb_array_elements(g."outputs") as o
     where g."kind" = 'text' and o ->> 'sha256' in (select jsonb_array_elements_text(?::jsonb))`,
    [
      ...[offline.map(({ name }) => name), texts, [...byHash.keys()]].map((list) =>
        JSON.stringify(list),
      ),
    ],
  );
  return new Set(found.map(({ text }) => byHash.get(text) ?? text));
}
