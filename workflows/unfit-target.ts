import { ActivityFailure, isCancellation } from "@temporalio/workflow";
import type { PostMove } from "#domain/next-post-move.ts";
import type { PostIds } from "./ids.ts";

/** A target whose media can't be made to fit, and why. */
export interface UnfitTarget {
  targetId: string;
  code: string;
  detail: string;
}

/** What a post still lacks, and how a target is given up that can't have it. */
export interface MissingRenditions {
  ids: PostIds;
  move: Extract<PostMove, { kind: "prepare" }>;
  activities: { failTarget(failed: PostIds & UnfitTarget): Promise<void> };
}

/** Media work that broke down on every try (a crash, no memory) fails its target, with a reason; not the whole post. */
export function unfitUnlessCancelled(error: unknown): Omit<UnfitTarget, "targetId"> {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  return {
    code: "media_failed",
    detail: "The media could not be prepared after several tries. Try again, or use another file.",
  };
}
