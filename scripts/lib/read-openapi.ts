import { isObject, lookupIn } from "./flatten-schema.ts";
import { OpenApiDocument } from "./openapi-document.ts";

/**
 * Reads an OpenAPI document: what operations refer to under `components` (answers, parameters, headers) is put in their
 * place, schemas stay as they are. Throws where it is none.
 */
export function readOpenApi(value: unknown): OpenApiDocument {
  if (!isObject(value)) throw new Error("an OpenAPI document is an object");
  const lookup = lookupIn(value);
  const resolve = (part: unknown, inSchema: boolean): unknown => {
    if (Array.isArray(part)) return part.map((one) => resolve(one, inSchema));
    if (!isObject(part)) return part;
    const reference = part["$ref"];
    if (!inSchema && typeof reference === "string") return resolve(lookup(reference), false);
    return Object.fromEntries(
      Object.entries(part).map(([name, member]) => [
        name,
        resolve(member, inSchema || name === "schema"),
      ]),
    );
  };
  return OpenApiDocument.parse({ ...value, paths: resolve(value["paths"], false) });
}
