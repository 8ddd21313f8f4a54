/**
 * The name that generated clients give an operation: `listPosts`, `createPost`, `getPost`, `cancelPost`. Drawn from the
 * method and the address, so that it needs no thought and never changes.
 */
export function operationId(route: { method: string; path: string; isList: boolean }): string {
  const parts = route.path.split("/").filter((part) => !["", "v1", "auth"].includes(part));
  const isParameter = (part: string | undefined) => part?.startsWith("{") ?? false;
  // A resource is one of many where an id follows it.
  const words = parts.flatMap((part, index) =>
    isParameter(part) ? [] : [pascal(isParameter(parts[index + 1]) ? singular(part) : part)],
  );
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1).join("");
  const ofOne = isParameter(parts.at(-1));
  switch (route.method) {
    case "GET":
      return `${route.isList ? "list" : "get"}${words.join("")}`;
    case "PATCH":
      return `update${words.join("")}`;
    case "PUT":
      return `replace${words.join("")}`;
    case "DELETE":
      return `${ofOne ? "delete" : "deleteAll"}${words.join("")}`;
  }
  // What is posted to a list makes one; what is posted to a word below one thing does that to it.
  if (words.length === 1 && route.path.split("/").length === 3) return `create${singular(last)}`;
  return camel(`${last}${singular(before)}`);
}

function singular(word: string): string {
  // One is called as many are.
  if (/series$/i.test(word)) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

function pascal(word: string): string {
  return word
    .split(/[-.]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

function camel(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}
