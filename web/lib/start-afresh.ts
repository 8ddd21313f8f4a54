/**
 * Loads the console anew at a path of ours, in place of the present page: nothing of what was read, asked or told before
 * is left, in sight or in memory. Never settles: whoever waits for it is gone by then.
 */
export function startAfresh(path: string): Promise<never> {
  location.replace(ownAddress(path, location.origin));
  return new Promise(() => undefined);
}

/** `path` under `origin`; the home page where it would lead elsewhere. */
export function ownAddress(path: string, origin: string): string {
  // Browsers drop tabs and turn backslashes: only they know where a path leads.
  const address = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
  return address?.origin === origin ? address.href : `${origin}/`;
}
