import type { AccountData, PlatformApp } from "#platforms/contract.ts";

/**
 * The id in the address of a post, `…/@alice/posts/<id>` or, on a page, `…/@alice/page-1/posts/<id>`; undefined when it
 * is none of this network's, or another account's. Pure.
 */
export function remoteIdOfUrl(
  url: string,
  account: { remoteId: string; handle?: string; data: AccountData },
  app: PlatformApp,
): string | undefined {
  const asked = URL.parse(url.trim());
  const network = URL.parse(app.baseUrl ?? "");
  if (asked === null || asked.origin !== network?.origin) return undefined;
  const base = network.pathname.replace(/\/+$/, "");
  if (!asked.pathname.startsWith(`${base}/@`)) return undefined;
  const path = asked.pathname.slice(base.length + 2);
  const [, user, id] = /^([\w.-]+)(?:\/[\w.-]+)?\/posts\/([\w-]{1,100})\/?$/.exec(path) ?? [];
  return user === account.handle ? id : undefined;
}
