import type { PaperPost } from "./create-paper-post.ts";
import type { Ports } from "./open-stage.ts";

/**
 * The paper post's stand-ins, with what the real ones say besides so that the story need not ask: the claims that a look at
 * the row made, and what became of the post where a publish was the last of it.
 */
export function asInTheLedger(paper: PaperPost) {
  const { standIns, row } = paper;
  return {
    ...standIns,
    async lookAtPost(input) {
      const move = await standIns.lookAtPost(input);
      if (move.kind !== "deliver") return move;
      const { version } = move;
      const claims = await Promise.all(
        move.targetIds.map(async (targetId) => {
          const claim = await standIns.claimPart({ ...input, targetId, version, part: 0 });
          return [targetId, claim] as const;
        }),
      );
      return { ...move, claims: Object.fromEntries(claims) };
    },
    async publishDelivery(input) {
      const result = await standIns.publishDelivery(input);
      if (result.kind !== "published") return result;
      if (!row.targets.every(({ status }) => status === "published")) return result;
      row.status = "published";
      return { ...result, post: row.status };
    },
  } satisfies Partial<Ports>;
}
