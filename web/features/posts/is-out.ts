import type { Target } from "#web/lib/api/types.ts";

const gone = ["requested", "removed", "removed_on_platform"];

/** Whether something of it stands there that could be taken down. */
export function isOut({ parts, status, removal }: Target): boolean {
  const anyOut = status === "published" || parts.some((one) => one.status === "published");
  return anyOut && !(removal && gone.includes(removal.status));
}
