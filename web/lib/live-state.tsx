import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { listenLive } from "./live.ts";

const LiveState = createContext(true);

/** Keeps the one stream of this tab open as long as somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [live, setLive] = useState(true);
  useEffect(() => listenLive({ queryClient, onState: setLive }), [queryClient]);
  return <LiveState value={live}>{children}</LiveState>;
}

/** Whether changes are told as they happen. */
export function useLive(): boolean {
  return useContext(LiveState);
}

/** How often to look while nobody tells; false while somebody does. Milliseconds. */
export function useLookEvery(): number | false {
  return useLive() ? false : 4_000;
}
