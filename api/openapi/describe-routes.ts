import type { FastifySchema } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import type { ProblemCode } from "#domain/problem-codes.ts";
import { takesIdempotencyKey } from "../lib/idempotency.ts";
import { isProblemAnswer } from "../lib/responses.ts";
import type { Access } from "../plugins/access.ts";
import { completeDescription, type DescribedRoute } from "./complete-description.ts";

/** What `@fastify/swagger` calls for each route, and once for the whole. */
export function createDescriber(): {
  transform: typeof jsonSchemaTransform;
  transformObject: typeof jsonSchemaTransformObject;
} {
  const routes = new Map<string, DescribedRoute>();
  return {
    transform(input) {
      const described = jsonSchemaTransform(input);
      const { config, method } = input.route;
      // Of another program, and where that is served only: no part of what clients are promised.
      if (config?.proxied) return { ...described, schema: { ...described.schema, hide: true } };
      if (!config?.access || !input.schema || described.schema?.hide) return described;
      const path = input.url.replaceAll(/:(\w+)/g, "{$1}");
      for (const one of [method].flat()) {
        if (one === "HEAD") continue;
        const facts = factsOf({ method: one, path, access: config.access, schema: input.schema });
        const takesKey = takesIdempotencyKey({ method: one, config });
        routes.set(`${one} ${path}`, { ...facts, takesKey });
      }
      return {
        ...described,
        schema: { ...described.schema, security: securityOf(config.access) },
      };
    },
    transformObject: (input) => completeDescription(jsonSchemaTransformObject(input), routes),
  };
}

function factsOf(route: {
  method: string;
  path: string;
  access: Access;
  schema: FastifySchema;
}): Omit<DescribedRoute, "takesKey"> {
  const { method, path, access, schema } = route;
  const answers = Object.entries(z.record(z.string(), z.unknown()).parse(schema.response ?? {}));
  const problems = answers.flatMap(([, answer]): readonly ProblemCode[] =>
    isProblemAnswer(answer) ? answer.codes : [],
  );
  const own = answers.filter(([, answer]) => !isProblemAnswer(answer));
  return {
    method,
    path,
    access,
    problems,
    paged: schema.querystring instanceof z.ZodObject && "cursor" in schema.querystring.shape,
    consumes: schema.consumes ?? (schema.body ? ["application/json"] : []),
    body: schema.body instanceof z.ZodType ? schema.body : undefined,
    answers: new Map(
      own.flatMap(([status, answer]) =>
        answer instanceof z.ZodType ? [[Number(status), answer] as const] : [],
      ),
    ),
  };
}

/** What one must show to call it: one of these. A key needs the scope; a session's rights are those of the role. */
function securityOf(access: Access): Record<string, string[]>[] {
  if ("public" in access) return [];
  const session = { session: [] };
  if ("session" in access || "operator" in access) return [session];
  if ("principal" in access) return [{ apiKey: [] }, session];
  // A key's scope to approve is the one to publish.
  const scope = access.scope === "posts:approve" ? "posts:publish" : access.scope;
  return [{ apiKey: [scope] }, session];
}
