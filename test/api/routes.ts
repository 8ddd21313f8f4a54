import type { TestApi } from "../harness/start-api.ts";

export interface ListedRoute {
  method: string;
  /** As it was declared, for example `/v1/posts/:id`. */
  url: string;
}

/** Every route of the application, read from its router: what no description mentions too. */
export function routesOf(api: TestApi): ListedRoute[] {
  const routes: ListedRoute[] = [];
  const path: string[] = [];
  for (const line of api.app.printRoutes({ commonPrefix: false }).split("\n")) {
    const match = /^([│ ]*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (!match) continue;
    const depth = (match[1]?.length ?? 0) / 4;
    path.length = depth;
    path.push(match[2] ?? "");
    const url = path.join("");
    for (const method of (match[3] ?? "").split(", ").filter(Boolean))
      if (method !== "HEAD") routes.push({ method, url });
  }
  return routes;
}
