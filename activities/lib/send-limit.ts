/** Whom a call goes to, and for whom. */
export interface Sending {
  workspaceId: string;
  endpointId: string;
}

/** Who may send now. */
export interface SendLimit {
  /** Takes a place for a call; returns how to give it back, or undefined where there is none free. */
  enter(sending: Sending): (() => void) | undefined;
}

/**
 * Lets so many calls be under way at once in this process, so many of them for one workspace, and so many to one
 * endpoint: a few that answer slowly or never must not take the places of all others.
 */
export function createSendLimit(most: {
  total: number;
  perWorkspace: number;
  perEndpoint: number;
}): SendLimit {
  const underWay = new Map<string, number>();
  const change = (key: string, by: number) => {
    const left = (underWay.get(key) ?? 0) + by;
    if (left === 0) underWay.delete(key);
    else underWay.set(key, left);
  };
  return {
    enter({ workspaceId, endpointId }) {
      const limits = [
        ["all", most.total],
        [`workspace/${workspaceId}`, most.perWorkspace],
        [`endpoint/${endpointId}`, most.perEndpoint],
      ] as const;
      if (limits.some(([key, limit]) => (underWay.get(key) ?? 0) >= limit)) return undefined;
      for (const [key] of limits) change(key, 1);
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        for (const [key] of limits) change(key, -1);
      };
    },
  };
}
