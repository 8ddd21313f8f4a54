import { Metadata } from "@tus/server";
import { Problem } from "#domain/errors.ts";
import { assetClasses, type AssetClass } from "#domain/retention.ts";
import { fileNameOf } from "./file-name-of.ts";

/** What a client says of a file before it sends it. */
export interface UploadMetadata {
  name: string | null;
  /** Hex, in small letters. */
  sha256: string | null;
  /** Its type. */
  declaredType: string | null;
  /** What its asset is to be there for. */
  class: AssetClass;
}

/**
 * Reads `Upload-Metadata`: `filename`, `filetype`, `sha256` (of the whole file, hex) and `class` are taken, whatever else
 * is in it is said back and means nothing. Throws Problem 422 `invalid_request`.
 */
export function readUploadMetadata(header: string | undefined): UploadMetadata {
  if (header === undefined || header.trim() === "")
    return { name: null, sha256: null, declaredType: null, class: "upload" };
  let values: Map<string, string | null>;
  try {
    values = new Map(Object.entries(Metadata.parse(header)));
  } catch {
    throw refused(
      "is not made of names and Base64 values, such as `filename aGFyYm91ci5tcDQ=,sha256 …`",
    );
  }
  const sha256 = values.get("sha256")?.toLowerCase() ?? null;
  if (values.has("sha256") && !/^[0-9a-f]{64}$/.test(sha256 ?? ""))
    throw refused("has a sha256 that is not 64 hexadecimal digits in Base64");
  const named = values.get("class") ?? "upload";
  const of = assetClasses.find((one) => one === named);
  if (!of) throw refused(`has a class that is none of ${assetClasses.join(", ")}`);
  const name = fileNameOf(values.get("filename") ?? values.get("name") ?? undefined);
  // What each of the usual clients calls it.
  const type = values.get("filetype") ?? values.get("type") ?? "";
  const declaredType = type.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 200) || null;
  return { name, sha256, declaredType, class: of };
}

function refused(detail: string): Problem {
  return new Problem({
    status: 422,
    code: "invalid_request",
    detail: `The header Upload-Metadata ${detail}.`,
    errors: [{ pointer: "/upload-metadata", detail }],
  });
}
