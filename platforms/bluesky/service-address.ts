import { z } from "zod";
import { PlatformError } from "#domain/errors.ts";
import type { AccountData, PlatformApp } from "#platforms/contract.ts";

/** Where accounts log in that name no server of their own. */
const defaultService = "https://bsky.social";

const DidDoc = z.looseObject({
  service: z.array(
    z.looseObject({ id: z.string(), type: z.string(), serviceEndpoint: z.unknown() }),
  ),
});

/** The server of this installation's choice; throws PlatformError `ours` when its setting is no address. */
export function defaultServiceOf(app: PlatformApp): string {
  const { baseUrl = defaultService } = app;
  if (URL.canParse(baseUrl)) return new URL(baseUrl).origin;
  throw new PlatformError("BLUESKY_BASE_URL has to be the address of a Personal Data Server.", {
    fate: "ours",
    code: "not_configured",
  });
}

/** The server that keeps this account. */
export function serviceOf(input: { account: { data: AccountData }; app: PlatformApp }): string {
  return input.account.data["service"] ?? defaultServiceOf(input.app);
}

/**
 * The server that a person names, as an origin; undefined when it is none. A password goes there: no plain http, but to
 * this machine itself. Pure.
 */
export function serviceFromInput(input: string): string | undefined {
  const address = input.includes("://") ? input : `https://${input}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  const isBare =
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  return isSafe && isBare && url.hostname !== "" ? url.origin : undefined;
}

/**
 * The Personal Data Server that a DID document names; undefined when it names none that can be used. The server where
 * one logs in may be another, as bsky.social is. https://atproto.com/specs/did#did-documents. Pure.
 */
export function serviceFromDidDoc(didDoc: unknown): string | undefined {
  const parsed = DidDoc.safeParse(didDoc);
  if (!parsed.success) return undefined;
  const named = parsed.data.service.find(
    ({ id, type }) => id.endsWith("#atproto_pds") && type === "AtprotoPersonalDataServer",
  )?.serviceEndpoint;
  return typeof named === "string" && named.includes("://") ? serviceFromInput(named) : undefined;
}

/** The server that a `did:web` stands for; undefined for any other. https://w3c-ccg.github.io/did-method-web. Pure. */
export function serviceFromAudience(audience: string | undefined): string | undefined {
  const host = /^did:web:([A-Za-z0-9.-]+(?:%3A\d+)?)$/.exec(audience ?? "")?.[1];
  if (host === undefined) return undefined;
  const authority = decodeURIComponent(host);
  const isLocal = /^localhost(:\d+)?$/.test(authority);
  return serviceFromInput(`${isLocal ? "http" : "https"}://${authority}`);
}

function isLoopback(url: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}
