/** The one way out: every call to a foreign address goes through a fetch that refuses private ones. */
import { isIP } from "node:net";
import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { Agent, buildConnector, fetch as undiciFetch } from "undici";

export class EgressRefused extends Error {
  override name = "EgressRefused";
  constructor(host: string) {
    super(
      `calls to ${host} are refused: its address is private; add host:port to EGRESS_ALLOW to permit it`,
    );
  }
}

/**
 * True for addresses of the public internet. IPv6 is public within 2000::/3 only, less the blocks that tunnel, map or
 * document: the general classification lets IPv4 in disguise through.
 */
export function isPublicAddress(address: string): boolean {
  let parsed: ipaddr.IPv4 | ipaddr.IPv6;
  try {
    parsed = ipaddr.process(address);
  } catch {
    return false;
  }
  if (parsed.kind() === "ipv4") return parsed.range() === "unicast";
  const inBlock = (block: string, bits: number) =>
    (parsed as ipaddr.IPv6).match(ipaddr.IPv6.parse(block), bits);
  return (
    parsed.range() === "unicast" &&
    inBlock("2000::", 3) &&
    !inBlock("2001::", 23) &&
    !inBlock("2001:db8::", 32) &&
    !inBlock("2002::", 16)
  );
}

/**
 * A fetch whose connections reach public addresses only, but for `allow` (`host:port`). The address that is checked is
 * the one that is connected to, so that a name can't change its mind between the two. Redirects are not followed.
 */
export function createGuardedFetch(options: {
  allow: string[];
  connectTimeoutMs?: number;
}): typeof fetch {
  const allowed = new Set(options.allow.map((entry) => entry.toLowerCase()));
  const connect = buildConnector({ timeout: options.connectTimeoutMs ?? 10_000 });
  const dispatcher = new Agent({
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
    connect(target, callback) {
      const port = target.port || (target.protocol === "https:" ? "443" : "80");
      const host = target.hostname.replace(/^\[|\]$/g, "").toLowerCase();
      if (allowed.has(`${host}:${port}`)) {
        connect(target, callback);
        return;
      }
      resolvePublic(host).then(
        // TLS still checks the certificate against the name.
        (address) =>
          connect(
            { ...target, hostname: address, servername: target.servername ?? host },
            callback,
          ),
        (error: unknown) =>
          callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
  });
  const guarded = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const options = { redirect: "manual" as const, ...init, dispatcher };
    // undici's own fetch and Node's differ in the types of their bodies only.
    return Reflect.apply(undiciFetch, undefined, [input, options]) as Promise<Response>;
  };
  return guarded;
}

async function resolvePublic(host: string): Promise<string> {
  const addresses = isIP(host)
    ? [host]
    : (await lookup(host, { all: true })).map((entry) => entry.address);
  const found = addresses.find(isPublicAddress);
  // One private answer among public ones is a sign of rebinding: refuse the name as a whole.
  if (!found || !addresses.every(isPublicAddress)) throw new EgressRefused(host);
  return found;
}
