import { Problem } from "#domain/errors.ts";
import type { CredentialField, PlatformManifest } from "#platforms/contract.ts";

/**
 * Checks what a request brings against what the platform's manifest asks for. Returns the credentials, or undefined
 * where the platform is authorized in the browser. Throws Problem 422 with a pointer for each fault; none of its words
 * repeats a value.
 */
export function checkCredentials(
  manifest: PlatformManifest,
  given: Record<string, string> | undefined,
): Record<string, string> | undefined {
  if (manifest.auth.kind === "oauth2") {
    if (given === undefined) return undefined;
    throw refusal([
      {
        pointer: "/credentials",
        detail: `are not taken: ${manifest.title} is connected by signing in there`,
      },
    ]);
  }
  const errors = faults(manifest.auth.fields, given ?? {});
  if (errors.length > 0) throw refusal(errors);
  return given ?? {};
}

function faults(
  fields: CredentialField[],
  given: Record<string, string>,
): { pointer: string; detail: string }[] {
  const missing = fields
    .filter(
      (field) => field.required && !(Object.hasOwn(given, field.name) && given[field.name] !== ""),
    )
    .map((field) => ({ pointer: pointerTo(field.name), detail: `is needed: ${field.label}` }));
  const unknown = Object.keys(given)
    .filter((name) => !fields.some((field) => field.name === name))
    .map((name) => ({
      pointer: pointerTo(name),
      detail: `is not known; the fields are ${fields.map((field) => field.name).join(", ")}`,
    }));
  return [...missing, ...unknown];
}

/** RFC 6901. */
function pointerTo(name: string): string {
  return `/credentials/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function refusal(errors: { pointer: string; detail: string }[]): Problem {
  return new Problem({
    status: 422,
    code: "invalid_request",
    detail: `The credentials don't fit: ${errors
      .map((one) => `${one.pointer} ${one.detail}`)
      .join("; ")
      .slice(0, 600)}`,
    errors,
  });
}
