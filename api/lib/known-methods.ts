import type { FastifyInstance } from "fastify";

export interface KnownMethods {
  /** The methods that an address takes: none where there is nothing. */
  of(url: string): string[];
  /** The same where a route is this very address, such as `/v1/invitations/accept`: none where it has parameters. */
  at(url: string): readonly string[];
}

/** Remembers every route that is added from now on. */
export function rememberMethods(app: FastifyInstance): KnownMethods {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  const exact = new Map<string, string[]>();
  app.addHook("onRoute", (route) => {
    const methods = [route.method].flat();
    if (/[:*]/.test(route.url)) routes.push({ pattern: patternOf(route.url), methods });
    else exact.set(route.url, [...(exact.get(route.url) ?? []), ...methods]);
  });
  const at = (url: string) => exact.get(pathOf(url)) ?? [];
  return {
    at,
    of(url) {
      // An address that stands for itself goes before one that could be any.
      const own = at(url);
      const path = pathOf(url);
      const matching = routes.filter(({ pattern }) => pattern.test(path));
      const methods = own.length > 0 ? own : matching.flatMap((route) => route.methods);
      return [...new Set(methods)].sort();
    },
  };
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}

/** A route's address with parameters such as `:id`, and `*` for any rest. */
function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll(/:\w+/g, "[^/]+");
  return new RegExp(`^${source}$`);
}
