import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";

/**
 * Throws Problem 422 `address_refused` for an address that nothing would be asked of; `pointer` says where in the body it
 * stands.
 */
export async function checkAddress(
  context: ApiContext,
  input: {
    address: string;
    pointer: string;
    /** What is said of an address with a user name or password in it. */
    credentials: string;
    /** "Nothing is sent there". */
    refusal: string;
  },
): Promise<URL> {
  const { address, pointer, credentials, refusal } = input;
  const refused = (detail: string) => {
    const errors = [{ pointer, detail }];
    return new Problem({ status: 422, code: "address_refused", detail, errors });
  };
  const url = URL.parse(address);
  if (!url) throw refused("This is no address. Give one that begins with https://.");
  if (url.username !== "" || url.password !== "") throw refused(credentials);
  try {
    await context.checkAddress(url);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw refused(
      error.name === "EgressRefused"
        ? `${refusal}: ${error.message}.`
        : `The host ${url.hostname} can't be found. Check the address.`,
    );
  }
  return url;
}
