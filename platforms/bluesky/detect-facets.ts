import { z } from "zod";
import type { CallContext } from "#platforms/contract.ts";
import { HandleAnswer } from "./answers.ts";
import { callBluesky } from "./client.ts";
import { serviceOf } from "./service-address.ts";

const Feature = z.discriminatedUnion("$type", [
  z.object({ $type: z.literal("app.bsky.richtext.facet#link"), uri: z.string() }),
  z.object({ $type: z.literal("app.bsky.richtext.facet#mention"), did: z.string() }),
  z.object({ $type: z.literal("app.bsky.richtext.facet#tag"), tag: z.string() }),
]);

/** A stretch of the text that is more than text. Offsets are in bytes of its UTF-8. */
export const Facet = z.object({
  index: z.object({ byteStart: z.int().nonnegative(), byteEnd: z.int().nonnegative() }),
  features: z.array(Feature),
});
export type Facet = z.infer<typeof Facet>;

/** Without one of these there is nothing to detect: no link, mention, tag or cashtag. */
const telling = /[.@#＃$]/u;

/**
 * Links, tags and mentions, as Bluesky's own apps find them. A mention whose handle belongs to nobody stays text. Asks
 * the account's server about handles; throws PlatformError `retry` when it can't be asked.
 */
export async function detectFacets(ctx: CallContext, text: string): Promise<Facet[]> {
  if (!telling.test(text)) return [];
  // Large, and only needed where something is published.
  const { RichText } = await import("@atproto/api");
  const richText = new RichText({ text });
  richText.detectFacetsWithoutResolution();
  const dids = new Map<string, string | undefined>();
  const facets: Facet[] = [];
  for (const detected of richText.facets ?? []) {
    const facet = Facet.parse(detected);
    const features: Facet["features"] = [];
    for (const feature of facet.features) {
      if (feature.$type !== "app.bsky.richtext.facet#mention") features.push(feature);
      else {
        // Detected as a handle, to be stored as a DID.
        const handle = feature.did;
        if (!dids.has(handle)) dids.set(handle, await resolveHandle(ctx, handle));
        const did = dids.get(handle);
        if (did !== undefined) features.push({ ...feature, did });
      }
    }
    if (features.length > 0) facets.push({ index: facet.index, features });
  }
  return facets;
}

/** Undefined when there is nobody of this handle. */
async function resolveHandle(ctx: CallContext, handle: string): Promise<string | undefined> {
  const found = await callBluesky({
    deps: ctx,
    step: "read",
    service: serviceOf({ account: ctx.account, app: ctx.app }),
    method: "com.atproto.identity.resolveHandle",
    query: { handle },
    secrets: ctx.secrets,
    answer: HandleAnswer,
    // The server has looked and found nobody; its words for it differ (`HandleNotFound`, `InvalidRequest`).
    onRefusal: ({ status }) => (status === 400 ? "nobody" : undefined),
    signal: ctx.signal,
  });
  return found === "nobody" ? undefined : found.did;
}
