import createClient from "openapi-fetch";
import { texts } from "#web/lib/texts.ts";
import { newUuid } from "#web/lib/new-uuid.ts";
import { ApiProblem } from "./problem.ts";
import { sendSafely } from "./send-safely.ts";
import type { components, paths } from "./schema.ts";

/** The API, typed by its own description. Same origin: the session's cookie goes along by itself. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: sendSafely });

// What creates or changes carries a key, so that sending it again after a broken line can't do it twice.
api.use({
  onRequest({ request }) {
    if (request.method === "POST" || request.method === "PATCH")
      request.headers.set("Idempotency-Key", newUuid());
    return request;
  },
});

type Problem = components["schemas"]["Problem"];

/** The answer's body. Throws `ApiProblem` for a refusal. */
export async function answerOf<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Body> {
  const { data, error, response } = await call;
  if (response.ok) return data as Body;
  throw toProblem(error, response);
}

function toProblem(body: unknown, response: Response): ApiProblem {
  if (typeof body === "object" && body !== null && "code" in body) {
    const { status, code, title, detail, requestId, errors } = body as Problem;
    return new ApiProblem({ status, code, title, detail, requestId, errors });
  }
  // A proxy in between may answer with a page of its own.
  const { title, detail } = texts.problems.unreadable;
  return new ApiProblem({
    status: response.status,
    code: "unreadable",
    title,
    detail,
    requestId: response.headers.get("x-request-id") ?? undefined,
  });
}
