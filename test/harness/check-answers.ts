import { z } from "zod";
import type { App } from "#api/app.ts";

const Answer = z.looseObject({
  headers: z.record(z.string(), z.unknown()).default({}),
  content: z.record(z.string(), z.unknown()).default({}),
  "x-problem-codes": z.array(z.string()).default([]),
});
const Reference = z.strictObject({ $ref: z.string() });
const Description = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({ responses: z.record(z.string(), z.union([Reference, Answer])) }),
    ),
  ),
  components: z.looseObject({ responses: z.record(z.string(), Answer) }),
});
type Description = z.infer<typeof Description>;

/** Headers that a description must name where an answer has them. */
const told = ["location", "retry-after", "ratelimit", "ratelimit-policy", "idempotent-replayed"];

/**
 * Holds every answer that a test gets against the description: its status, media type, problem code and headers. Gives
 * what was not described, each once.
 */
export function checkAnswers(app: App): () => string[] {
  const faults = new Set<string>();
  let description: Description | undefined;
  app.addHook("onSend", async (request, reply, payload) => {
    const { url, schema } = request.routeOptions;
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (!url || !schema || ("hide" in schema && schema.hide === true)) return;
    description ??= Description.parse(JSON.parse(JSON.stringify(app.swagger())));
    const path = url.replaceAll(/:(\w+)/g, "{$1}");
    const operation = description.paths[path]?.[method.toLowerCase()];
    if (!operation) return;
    const say = (what: string) => faults.add(`${method} ${path}: ${what}`);
    const found = operation.responses[String(reply.statusCode)];
    const code = codeOf(payload);
    if (!found) {
      say(`answers ${reply.statusCode} ${code ?? ""}`);
      return;
    }
    const reference = Reference.safeParse(found);
    const answer = Answer.parse(
      reference.success
        ? description.components.responses[reference.data.$ref.split("/").at(-1) ?? ""]
        : found,
    );
    if (code !== undefined && !answer["x-problem-codes"].includes(code))
      say(`answers ${reply.statusCode} with the code ${code}`);
    const names = Object.keys(answer.headers).map((name) => name.toLowerCase());
    for (const name of told)
      if (reply.hasHeader(name) && !names.includes(name))
        say(`answers ${reply.statusCode} with the header ${name}`);
    if (names.includes("location") && !reply.hasHeader("location"))
      say(`answers ${reply.statusCode} without the header location`);
    const type = String(reply.getHeader("content-type") ?? "").split(";")[0] ?? "";
    const types = Object.keys(answer.content);
    if (type !== "" && types.length > 0 && !types.includes(type) && !types.includes("*/*"))
      say(`answers ${reply.statusCode} as ${type}`);
  });
  return () => [...faults].toSorted();
}

function codeOf(payload: unknown): string | undefined {
  if (typeof payload !== "string" || !payload.includes('"urn:drumbeat:problem:')) return undefined;
  const read = z.object({ code: z.string() }).safeParse(JSON.parse(payload));
  return read.success ? read.data.code : undefined;
}
