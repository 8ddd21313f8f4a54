import type { FastifyInstance } from "fastify";

/**
 * Remembers every route that is added from now on. The function that it returns tells which methods an address takes:
 * none where there is nothing.
 */
export function rememberMethods(app: FastifyInstance): (url: string) => string[] {
  const routes: { url: string; pattern: RegExp; methods: string[] }[] = [];
  app.addHook("onRoute", (route) => {
    routes.push({ url: route.url, pattern: patternOf(route.url), methods: [route.method].flat() });
  });
  return (url) => {
    const path = url.split("?", 1)[0] ?? "";
    const exact = routes.filter((route) => route.url === path);
    // As the router does: an address that stands for itself goes before one that could be any.
    const found = exact.length > 0 ? exact : routes.filter(({ pattern }) => pattern.test(path));
    const methods = found.flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  };
}

/** A route's address with parameters such as `:id`, and `*` for any rest. */
function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll(/:\w+/g, "[^/]+");
  return new RegExp(`^${source}$`);
}
