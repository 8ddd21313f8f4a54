import type { AccountData } from "#platforms/contract.ts";
import { isRkey, remoteIdOf } from "./remote-id.ts";

/** Where browsers show the network's posts, whatever server keeps the account. */
const site = "https://bsky.app";

/**
 * The remote id that the address of a post in a browser names; undefined when it is none, or another account's. Such an
 * address names the account by its DID or by its handle. Pure.
 */
export function remoteIdOfUrl(
  url: string,
  account: { remoteId: string; handle?: string; data: AccountData },
): string | undefined {
  const parsed = URL.parse(url.trim());
  if (parsed?.origin !== site) return undefined;
  const [, profile, name = "", post, rkey = "", ...rest] = parsed.pathname
    .replace(/\/$/, "")
    .split("/")
    .map(decoded);
  if (profile !== "profile" || post !== "post" || rest.length > 0 || !isRkey(rkey))
    return undefined;
  const isOwn = name === account.remoteId || name.toLowerCase() === account.handle?.toLowerCase();
  return isOwn ? remoteIdOf({ did: account.remoteId, rkey }) : undefined;
}

/** A DID's colons are often written as `%3A`. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
