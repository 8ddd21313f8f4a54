import type { Target } from "#web/lib/api/types.ts";

/** Nobody knows whether what was given up is out: it is never sent again. */
export function canRetry({ status, error }: Target): boolean {
  return status === "failed" && error?.code !== "given_up";
}
