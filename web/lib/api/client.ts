import createClient from "openapi-fetch";
import { writeMinuteAfter } from "#web/lib/format.ts";
import { texts } from "#web/lib/texts.ts";
import { ApiProblem } from "./problem.ts";
import { sendSafely } from "./send-safely.ts";
import type { components, paths } from "./schema.ts";

/** The API, typed by its own description. Same origin: the session's cookie goes along by itself. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: sendSafely });

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
    const { status, code, detail, requestId, errors } = body as Problem;
    const title = texts.problems.titles[code] ?? (body as Problem).title;
    const waitSeconds = Number(response.headers.get("retry-after"));
    const retryAt = waitSeconds > 0 ? new Date(Date.now() + waitSeconds * 1_000) : undefined;
    return new ApiProblem({
      status,
      code,
      title,
      // The seconds of its words would pass while one reads them.
      detail: status === 429 && retryAt ? texts.problems.wait(writeMinuteAfter(retryAt)) : detail,
      requestId,
      errors,
      retryAt,
    });
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
