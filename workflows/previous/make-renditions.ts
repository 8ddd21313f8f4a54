import { proxyActivities } from "@temporalio/workflow";
import type { RenditionOrder } from "#domain/next-post-move.ts";
import { mediaOptions } from "#temporal.config";
import type { PostIds } from "../ids.ts";
import { unfitUnlessCancelled, type MissingRenditions } from "../unfit-target.ts";

/** Activities that this story needs of the media queue. */
export interface EarlierRenditionActivities {
  /** Makes the version of an asset that a target takes; the same one twice makes it once. */
  makeTargetRendition(
    input: PostIds & RenditionOrder & { version: number },
  ): Promise<{ kind: "made" } | { kind: "unfit"; code: string; detail: string }>;
}

/** As it was done before an asset was read once for all of its targets, for runs that began then. */
export async function makeRenditionsBefore(input: MissingRenditions): Promise<void> {
  const { makeTargetRendition } = proxyActivities<EarlierRenditionActivities>({ ...mediaOptions });
  await Promise.all(
    input.move.renditions.map(async (order) => {
      const made = await makeTargetRendition
        .executeWithOptions(
          { summary: `make the rendition of asset ${order.assetId} for target ${order.targetId}` },
          [{ ...input.ids, ...order, version: input.move.version }],
        )
        .catch((error: unknown) => ({ kind: "unfit" as const, ...unfitUnlessCancelled(error) }));
      if (made.kind === "unfit") {
        await input.activities.failTarget({
          ...input.ids,
          targetId: order.targetId,
          code: made.code,
          detail: made.detail,
        });
      }
    }),
  );
}
