import type { Post, Target } from "#web/lib/api/types.ts";

/** Whether a target's words stand there no more. */
export function isGone({ removal }: Pick<Target, "removal">): boolean {
  return removal?.status === "removed" || removal?.status === "removed_on_platform";
}

/** Whether of all that was out nothing stands anywhere any more. */
export function isTakenDown({ targets }: Pick<Post, "targets">): boolean {
  const wasOut = targets.filter(
    ({ status, parts }) =>
      status === "published" || parts.some((part) => part.status === "published"),
  );
  return wasOut.length > 0 && wasOut.every(isGone);
}
