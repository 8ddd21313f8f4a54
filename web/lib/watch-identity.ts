import type { QueryClient } from "@tanstack/react-query";
import { meQuery } from "./queries/me.ts";

/**
 * Calls `onChange` when the API says that one is somebody else now, or in another workspace: all tabs of a browser share
 * one session, and another of them may have signed in or switched. Returns how to stop.
 */
export function watchIdentity(options: {
  queryClient: QueryClient;
  onChange: () => void;
}): () => void {
  const { queryClient, onChange } = options;
  let before: string | undefined;
  return queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type !== "updated" || query.queryKey !== meQuery.queryKey) return;
    const me = queryClient.getQueryData(meQuery.queryKey);
    if (!me) return;
    const now = `${me.user?.id ?? ""} ${me.workspace.id}`;
    const changed = before !== undefined && before !== now;
    before = now;
    if (changed) onChange();
  });
}
