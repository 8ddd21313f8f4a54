import { createHmac } from "node:crypto";
import type { KeyRing } from "#db/vault/key-ring.ts";
import { Problem } from "#domain/errors.ts";
import type { CredentialField, ProviderManifest } from "#providers/contract.ts";
import type { ApiContext } from "../context.ts";
import { checkAddress } from "./check-address.ts";

/** A provider's credentials as they came, their shape checked. */
export interface GivenCredentials {
  apiKey: string;
  baseUrl?: string | undefined;
  organization?: string | undefined;
  api?: "responses" | "chat" | undefined;
}

const fields: readonly CredentialField[] = ["baseUrl", "organization", "api"];

/**
 * Holds credentials against what the provider takes, and their address against what we call. Gives what is to be sealed,
 * and the server's host where it is not the provider's own. Throws Problem 422 `invalid_request`, `address_refused`; none
 * of its words repeats the key.
 */
export async function checkProviderKey(
  context: ApiContext,
  manifest: ProviderManifest,
  given: GivenCredentials,
): Promise<{ secrets: Record<string, string>; host: string | null }> {
  const { title, needsKey, takes = [] } = manifest;
  if (needsKey === null) throw refusal([{ pointer: "/apiKey", detail: `${title} needs no key.` }]);
  const beyond = fields
    .filter((field) => given[field] !== undefined && !takes.includes(field))
    .map((field) => ({ pointer: `/${field}`, detail: `${title} takes no ${field}.` }));
  if (beyond.length > 0) throw refusal(beyond);
  const url = given.baseUrl === undefined ? undefined : await checkBaseUrl(context, given.baseUrl);
  // Sealed as it was read and looked at, so that nobody reads another server out of it later.
  const secrets = Object.entries({ ...given, baseUrl: url?.href }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { secrets: Object.fromEntries(secrets), host: url?.host.slice(0, 300) ?? null };
}

async function checkBaseUrl(context: ApiContext, address: string): Promise<URL> {
  const url = await checkAddress(context, {
    address,
    pointer: "/baseUrl",
    credentials: "Leave user name and password out of the address: the key is sent instead.",
    refusal: "Nothing is asked there",
  });
  if (url.search !== "" || url.hash !== "") {
    const detail = "Leave out what follows ? or #: paths are added to the address.";
    throw refusal([{ pointer: "/baseUrl", detail }]);
  }
  if (url.pathname.includes("//")) {
    const detail = "Write one slash where the path of the address has two.";
    throw refusal([{ pointer: "/baseUrl", detail }]);
  }
  return url;
}

/** What makes two requests the same one, so that nothing of the key is in what is kept of them. */
export function fingerprintOf(keyRing: KeyRing, given: GivenCredentials): string {
  return createHmac("sha256", keyRing.pepper(keyRing.activePepperId))
    .update(JSON.stringify([given.apiKey, given.baseUrl, given.organization, given.api]))
    .digest("hex");
}

function refusal(errors: { pointer: string; detail: string }[]): Problem {
  const detail = errors.map((one) => one.detail).join(" ");
  return new Problem({ status: 422, code: "invalid_request", detail, errors });
}
