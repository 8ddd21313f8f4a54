import { Rendition, type Post, type Target } from "#db/entities/index.ts";
import type { EntityManager } from "#db/orm.ts";
import { partsOf } from "#db/post-changes.ts";
import { contentHash } from "#domain/content-hash.ts";

/** The hash of exactly what goes out, from the renditions as they were made. */
export async function hashOf(em: EntityManager, post: Post, targets: Target[]): Promise<string> {
  const ids = targets.flatMap((target) => target.renditions?.map((one) => one.renditionId) ?? []);
  const renditions = new Map(
    (ids.length === 0 ? [] : await em.find(Rendition, { id: { $in: ids } })).map((one) => [
      one.id,
      one.sha256,
    ]),
  );
  const bytesOf = (renditionId: string): string => {
    const sha256 = renditions.get(renditionId);
    if (sha256 === undefined) throw new Error("a rendition of the post is gone");
    return sha256;
  };
  const mediaOf = (target: Target, part: number) =>
    (target.renditions ?? [])
      .filter((one) => (one.part ?? 0) === part)
      .map((one) => ({ sha256: bytesOf(one.renditionId), altText: one.altText ?? null }));
  return contentHash({
    text: post.content.text,
    title: post.content.title ?? null,
    targets: targets.map((target) => {
      const [, ...further] = partsOf(post, target);
      const whole = target.texts?.[0];
      return {
        channelId: target.channelId,
        // What the channel's defaults make of the text is what goes out here.
        overrides: { ...target.overrides, ...(whole === undefined ? {} : { text: whole }) },
        settings: target.settings,
        media: mediaOf(target, 0),
        ...(further.length === 0
          ? {}
          : {
              parts: further.map(({ part, kind, text }) => ({
                kind,
                text,
                media: mediaOf(target, part),
              })),
            }),
      };
    }),
  });
}
