/** The one way out: every call to a foreign address goes through a fetch that refuses private ones. */
import { isIP } from "node:net";
import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { Agent, buildConnector, fetch as undiciFetch } from "undici";

export class EgressRefused extends Error {
  override name = "EgressRefused";
  constructor(where: string, why: string) {
    super(
      where === ""
        ? `the address is refused: ${why}`
        : `calls to ${where} are refused: ${why}; an operator can permit it: add host:port to EGRESS_ALLOW`,
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

/** Ports of the web. Behind any other one there may be a service that takes our words for its own protocol. */
const webPorts = new Set(["80", "443"]);

/**
 * A fetch whose connections reach the web's ports of public addresses only, but for `allow` (`host:port`). The address that is checked is
 * the one that is connected to, so that a name can't change its mind between the two. Redirects are not followed.
 */
export function createGuardedFetch(options: {
  allow: string[];
  connectTimeoutMs?: number;
  /** How long an answer may take to begin, and to go on. */
  answerTimeoutMs?: number;
}): typeof fetch {
  const allowed = allowedOf(options.allow);
  const connect = buildConnector({ timeout: options.connectTimeoutMs ?? 10_000 });
  const dispatcher = new Agent({
    headersTimeout: options.answerTimeoutMs ?? 120_000,
    bodyTimeout: options.answerTimeoutMs ?? 120_000,
    connect(target, callback) {
      const { host, port } = placeOf(target);
      if (allowed.has(`${host}:${port}`)) {
        connect(target, callback);
        return;
      }
      resolveOpen(host, port).then(
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
  const guarded = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { url, ...request } = await asUndiciTakesIt(input, init);
    const redirect = init?.redirect === "error" ? "error" : "manual";
    // undici's own fetch and Node's differ in the types of their bodies only.
    return Reflect.apply(undiciFetch, undefined, [
      url,
      { ...request, redirect, dispatcher },
    ]) as Promise<Response>;
  };
  return guarded;
}

/**
 * A look ahead for an address that calls will go to later: throws EgressRefused where the guarded fetch would refuse it
 * now, and for anything but https where it is not in `allow`. The fetch still has the last word, at each call.
 */
export function createAddressCheck(options: { allow: string[] }): (url: URL) => Promise<void> {
  const allowed = allowedOf(options.allow);
  return async (url) => {
    const { host, port } = placeOf(url);
    if (url.protocol !== "https:" && url.protocol !== "http:")
      throw new EgressRefused(host, "it is no address of the web");
    if (allowed.has(`${host}:${port}`)) return;
    if (url.protocol !== "https:") throw new EgressRefused(host, "only https is taken");
    await resolveOpen(host, port);
  };
}

/** `host:port` pairs, IPv6 addresses without their brackets. */
function allowedOf(entries: readonly string[]): ReadonlySet<string> {
  return new Set(entries.map((entry) => entry.toLowerCase().replace(/^\[(.+)\]:/, "$1:")));
}

function placeOf(target: { hostname: string; port?: string | null; protocol: string }): {
  host: string;
  port: string;
} {
  return {
    host: target.hostname.replace(/^\[|\]$/g, "").toLowerCase(),
    port: target.port || (target.protocol === "https:" ? "443" : "80"),
  };
}

/**
 * Node's fetch takes requests and forms of Node's own classes. undici's does not know these: it would take such a
 * request for an address and send the words "[object FormData]" for such a form.
 */
async function asUndiciTakesIt(
  input: string | URL | Request,
  init?: RequestInit,
): Promise<RequestInit & { url: string | URL }> {
  if (input instanceof Request) {
    const { url, method, headers, body, signal } = new Request(input, init);
    return { url, method, headers, signal, ...(body ? { body, duplex: "half" } : {}) };
  }
  if (!(init?.body instanceof FormData)) return { ...init, url: input };
  const form = new Response(init.body);
  const headers = new Headers(init.headers);
  headers.set("content-type", form.headers.get("content-type") ?? "multipart/form-data");
  return { ...init, url: input, headers, body: await form.blob() };
}

async function resolveOpen(host: string, port: string): Promise<string> {
  const address = await resolvePublic(host);
  if (!webPorts.has(port))
    throw new EgressRefused(`${host}:${port}`, "only ports 80 and 443 are open");
  return address;
}

async function resolvePublic(host: string): Promise<string> {
  const addresses = isIP(host)
    ? [host]
    : (await lookup(host, { all: true })).map((entry) => entry.address);
  const found = addresses.find(isPublicAddress);
  // One private answer among public ones is a sign of rebinding: refuse the name as a whole.
  if (!found || !addresses.every(isPublicAddress))
    throw new EgressRefused(host, "its address is private");
  return found;
}
