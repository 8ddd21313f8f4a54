import type { Secrets } from "#platforms/contract.ts";

/** A platform's own words without any of the secrets in them, and not longer than a person reads. */
export function redactSecrets(input: { text: string; secrets: Secrets }): string {
  let text = input.text;
  // Shorter strings (a flag, a kind of token) are words, not secrets.
  for (const secret of Object.values(input.secrets).filter((value) => value.length >= 8))
    text = text.replaceAll(secret, "[removed]");
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
