/** Where posts are kept in an account's repository. */
export const collection = "app.bsky.feed.post";

/** How the network names the post under this key. Pure. */
export function remoteIdOf(input: { did: string; rkey: string }): string {
  return `at://${input.did}/${collection}/${input.rkey}`;
}

/** The key in a remote id; undefined where it is none of this account's posts. Pure. */
export function rkeyOf(input: { did: string; remoteId: string }): string | undefined {
  const prefix = `at://${input.did}/${collection}/`;
  const rkey = input.remoteId.startsWith(prefix) ? input.remoteId.slice(prefix.length) : "";
  return isRkey(rkey) ? rkey : undefined;
}

/** https://atproto.com/specs/record-key */
export function isRkey(text: string): boolean {
  return /^[\w.~:-]{1,512}$/.test(text) && text !== "." && text !== "..";
}
