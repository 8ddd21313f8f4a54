import { useQuery } from "@tanstack/react-query";
import { meQuery } from "./queries/me.ts";

/** Whether the person may do what the scope names, in this workspace. */
export function useMay(scope: string): boolean {
  const { data: me } = useQuery(meQuery);
  return me?.scopes.includes(scope) ?? false;
}
