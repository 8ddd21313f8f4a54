/** Who may send now. */
export interface SendLimit {
  /** Takes a place for a call to `owner`; returns how to give it back, or undefined where there is none free. */
  enter(owner: string): (() => void) | undefined;
}

/**
 * Lets so many calls be under way at once in this process, and so many of them to one owner: a few that answer slowly or
 * never must not take the places of all others.
 */
export function createSendLimit(options: { total: number; perOwner: number }): SendLimit {
  const underWay = new Map<string, number>();
  let total = 0;
  return {
    enter(owner) {
      const own = underWay.get(owner) ?? 0;
      if (total >= options.total || own >= options.perOwner) return undefined;
      underWay.set(owner, own + 1);
      total += 1;
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        total -= 1;
        const left = (underWay.get(owner) ?? 1) - 1;
        if (left === 0) underWay.delete(owner);
        else underWay.set(owner, left);
      };
    },
  };
}
