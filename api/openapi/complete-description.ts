import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { problemCodes } from "#domain/problem-codes.ts";
import { headerComponents, refersTo, type AnswerHeader } from "./answer-headers.ts";
import { exampleOf, type Lookup } from "./example-of.ts";
import { isLimited, problemsOf, type RouteFacts } from "./general-problems.ts";
import { operationId } from "./operation-id.ts";
import { problemAnswers, type ProblemAnswer } from "./problem-answers.ts";

/** A route as its declaration told it, with the schemas that check its examples. */
export interface DescribedRoute extends RouteFacts {
  body: z.ZodType | undefined;
  answers: ReadonlyMap<number, z.ZodType>;
}

const Media = z.looseObject({ schema: z.unknown().optional(), example: z.unknown().optional() });
const Answer = z.looseObject({
  description: z.string().default(""),
  headers: z.record(z.string(), z.unknown()).default({}),
  content: z.record(z.string(), Media).optional(),
});
const Operation = z.looseObject({
  parameters: z.array(z.unknown()).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), Media) }).optional(),
  responses: z.record(z.string(), Answer).default({}),
});
type Operation = z.infer<typeof Operation>;
const Components = z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) });
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  components: Components.default({ schemas: {} }),
});

/** Words for answers whose route has none. */
const meanings: Record<string, string> = {
  200: "Done; this is how it is now",
  201: "It was made",
  202: "It was accepted, and is being done",
  204: "Done; there is nothing to say",
};

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "A word of your own, a new UUID for instance. For 48 hours the same request with the same key gets the answer of the first, and is done once.",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
  example: "0b0d8f0e-9a1f-4f0b-8a4c-6f8b5d0b8f11",
};

/**
 * Adds to a description drawn from schemas what the schemas do not say: names, headers, problems and examples. What many
 * operations share stands once under `components`.
 */
export function completeDescription<Given extends object>(
  given: Given,
  routes: ReadonlyMap<string, DescribedRoute>,
): Given {
  const document = Document.parse(given);
  const shared = new Map<string, ProblemAnswer>();
  const addressed = new Set(
    [...routes.values()]
      .filter(({ path }) => path.endsWith("/{id}"))
      .map(({ path }) => path.slice(0, -"/{id}".length)),
  );
  const lookup: Lookup = (reference) =>
    document.components.schemas[reference.replace("#/components/schemas/", "")];
  const paths = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([method, operation]) => {
        const route = routes.get(`${method.toUpperCase()} ${path}`);
        const parsed = Operation.parse(operation);
        return [method, route ? complete(parsed, { route, lookup, shared, addressed }) : operation];
      }),
    ),
  ]);
  const { ProblemInput: _unused, ...schemas } = document.components.schemas;
  return {
    ...given,
    paths: Object.fromEntries(paths),
    components: {
      ...document.components,
      schemas,
      headers: headerComponents(),
      parameters: { IdempotencyKey: idempotencyKey },
      responses: Object.fromEntries(shared),
    },
  };
}

interface Parts {
  route: DescribedRoute;
  lookup: Lookup;
  shared: Map<string, ProblemAnswer>;
  /** Addresses of lists whose members have addresses of their own. */
  addressed: ReadonlySet<string>;
}

function complete(operation: Operation, parts: Parts): object {
  const { route } = parts;
  const own = Object.entries(operation.responses)
    .filter(
      ([status]) => !route.problems.some((code) => problemCodes[code].status === Number(status)),
    )
    .map(([status, answer]) => [status, completeAnswer(status, answer, parts)] as const);
  const problems = problemAnswers(problemsOf(route), headersOf(route));
  return {
    operationId: operationId({ ...route, isList: isList(operation) }),
    ...operation,
    parameters: [
      ...operation.parameters,
      ...(route.takesKey ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ],
    ...(operation.requestBody ? { requestBody: completeBody(operation.requestBody, parts) } : {}),
    responses: {
      ...Object.fromEntries(own),
      ...Object.fromEntries(
        [...problems].map(([status, answer]) => {
          const other = own.find(([name]) => name === String(status))?.[1];
          // A page for people, where a program would get a problem document.
          if (other) return [status, withPage(answer, other)];
          return [status, share(answer, status, parts.shared)];
        }),
      ),
    },
  };
}

function headersOf(route: RouteFacts): AnswerHeader[] {
  return isLimited(route) ? ["XRequestId", "RateLimit", "RateLimitPolicy"] : ["XRequestId"];
}

function completeAnswer(
  status: string,
  answer: z.infer<typeof Answer>,
  { route, lookup, addressed }: Parts,
): z.infer<typeof Answer> {
  const headers = headersOf(route);
  if (status === "201" || (status === "202" && isStarted(route, addressed)))
    headers.push("Location");
  if (route.takesKey) headers.push("IdempotentReplayed");
  const { content, description, ...rest } = answer;
  const schema = route.answers.get(Number(status));
  const described =
    !content || isNothing(content["application/json"]?.schema)
      ? {}
      : {
          content: mapValues(content, (media, type) =>
            type === "application/json"
              ? { ...media, example: checkedExample({ media, schema, lookup }) }
              : media,
          ),
        };
  return {
    ...rest,
    description: description === "Default Response" ? (meanings[status] ?? "Done") : description,
    headers: { ...rest.headers, ...refersTo(headers) },
    ...described,
  };
}

function isNothing(schema: unknown): boolean {
  return z.object({ type: z.literal("null") }).safeParse(schema).success;
}

/** What was accepted and became a row of its own: a post, a generation, a run. */
function isStarted({ path }: RouteFacts, addressed: ReadonlySet<string>): boolean {
  return addressed.has(path) || path.endsWith("/run") || path.endsWith("/again");
}

function completeBody(
  body: NonNullable<Operation["requestBody"]>,
  { route, lookup }: Parts,
): object {
  return {
    ...body,
    content: mapValues(body.content, (media, type) => ({
      ...media,
      example: checkedExample({
        media,
        // A form is read as it comes in: its schema is for the description alone.
        schema: type === "application/json" ? route.body : undefined,
        lookup,
      }),
    })),
  };
}

/** An example that the route's own schema takes; with every member if it can be, else with the needed ones. */
function checkedExample(input: {
  media: z.infer<typeof Media>;
  schema: z.ZodType | undefined;
  lookup: Lookup;
}): unknown {
  const { media, schema, lookup } = input;
  if (media.example !== undefined) return media.example;
  const whole = exampleOf(media.schema, { lookup });
  if (!schema || schema.safeParse(whole).success) return whole;
  const sparse = exampleOf(media.schema, { lookup, sparse: true });
  // Without one that fits there is none: a test names the operation, and its schema gets `.meta({ examples })`.
  return schema.safeParse(sparse).success ? sparse : undefined;
}

function withPage(answer: ProblemAnswer, page: z.infer<typeof Answer>): object {
  return {
    ...answer,
    description: `${page.description}\n\n${answer.description}`,
    content: { ...page.content, ...answer.content },
  };
}

/** Many operations answer with the very same problems: those stand once, and are referred to. */
function share(
  answer: ProblemAnswer,
  status: number,
  shared: Map<string, ProblemAnswer>,
): { $ref: string } {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `Problem${status}` : `Problem${status}_${number}`;
    const known = shared.get(name);
    if (!known) shared.set(name, answer);
    if (!known || isDeepStrictEqual(known, answer))
      return { $ref: `#/components/responses/${name}` };
  }
}

function isList(operation: Operation): boolean {
  const schema = z
    .object({ properties: z.object({ data: z.unknown(), nextCursor: z.unknown() }) })
    .safeParse(operation.responses["200"]?.content?.["application/json"]?.schema);
  return schema.success && schema.data.properties.nextCursor !== undefined;
}

function mapValues<In, Out>(
  record: Record<string, In>,
  change: (value: In, name: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value, name)]),
  );
}
