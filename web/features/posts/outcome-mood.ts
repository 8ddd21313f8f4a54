import type { Attempt } from "#web/lib/api/types.ts";

const good = ["done", "published", "present", "is_there", "visible", "removed", "missing"];
const bad = ["failed", "rejected", "refused", "no_answer", "unprovable"];

/** Whether an attempt did what it was for. */
export const isGood = ({ outcome }: Attempt): boolean => outcome !== null && good.includes(outcome);

/** Whether an attempt went wrong: what is only told to wait did not. */
export const isBad = ({ outcome }: Attempt): boolean => outcome !== null && bad.includes(outcome);
