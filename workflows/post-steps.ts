import {
  ActivityFailure,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from "@temporalio/workflow";
import type { PostMove, RenditionOrder } from "#domain/next-post-move.ts";
import { mediaOptions, searchAttributes } from "#temporal.config";
import type { PostIds } from "./ids.ts";

/** Activities that this story needs of the media queue. */
export interface RenditionActivities {
  /** Makes the version of an asset that a target takes; the same one twice makes it once. */
  makeTargetRendition(
    input: PostIds & RenditionOrder & { version: number },
  ): Promise<{ kind: "made" } | { kind: "unfit"; code: string; detail: string }>;
}

/** Makes what is missing; a target whose media can't be made to fit fails alone. */
export async function makeRenditions(input: {
  ids: PostIds;
  move: Extract<PostMove, { kind: "prepare" }>;
  activities: {
    failTarget(failed: PostIds & { targetId: string; code: string; detail: string }): Promise<void>;
  };
}): Promise<void> {
  const { makeTargetRendition } = proxyActivities<RenditionActivities>({ ...mediaOptions });
  await Promise.all(
    input.move.renditions.map(async (order) => {
      const made = await makeTargetRendition
        .executeWithOptions(
          { summary: `make the rendition of asset ${order.assetId} for target ${order.targetId}` },
          [{ ...input.ids, ...order, version: input.move.version }],
        )
        .catch(unfitUnlessCancelled);
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

/** Media work that broke down on every try (a crash, no memory) fails its target, with a reason; not the whole post. */
function unfitUnlessCancelled(error: unknown): { kind: "unfit"; code: string; detail: string } {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  return {
    kind: "unfit",
    code: "media_failed",
    detail: "The media could not be prepared after several tries. Try again, or use another file.",
  };
}

const words: Record<PostMove["kind"], string> = {
  prepare: "Preparing the media",
  await_approval: "Waiting for approval",
  await_due: "Waiting for the due time",
  await_connection: "Blocked until the account is connected again",
  deliver: "Publishing",
  done: "Done",
};

/** Shows in the Temporal UI what the post does, or waits for. */
export function tellOperators(move: PostMove): void {
  const until = "until" in move ? ` until ${new Date(move.until).toISOString()}` : "";
  const outcome = move.kind === "done" ? `: ${move.status}` : "";
  setCurrentDetails(`${words[move.kind]}${until}${outcome}.`);
  upsertSearchAttributes([
    { key: searchAttributes.stage, value: move.kind === "done" ? move.status : move.kind },
    ...(move.kind === "deliver" ? [{ key: searchAttributes.platform, value: move.platforms }] : []),
  ]);
}
