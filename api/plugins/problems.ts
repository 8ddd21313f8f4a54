import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isResponseSerializationError } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "#domain/errors.ts";
import { rememberMethods } from "../lib/known-methods.ts";
import { InvalidRequest } from "./validate-request.ts";

/** RFC 9457, with our own members. */
export const ProblemDocument = z
  .object({
    type: z.string().describe("Names the kind of problem; the same word as `code`."),
    title: z.string(),
    status: z.int(),
    code: z.string().describe("Stable word for programs, for example `credits_exhausted`."),
    detail: z.string().describe("What is wrong and what to do about it, for people."),
    requestId: z.string().describe("Names this request in the logs."),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .describe("What is wrong where: JSON pointers into the request."),
  })
  .catchall(z.unknown())
  .meta({ id: "Problem" });

/** What a status says in a few words. */
export const problemTitles: Record<number, string> = {
  400: "The request can't be read",
  401: "Sign in first",
  402: "Not enough credits",
  403: "Not allowed",
  404: "Not found",
  405: "Not possible here",
  409: "Not possible in its present state",
  410: "Gone",
  408: "Too slow",
  413: "Too large",
  415: "Wrong content type",
  422: "The request is not valid",
  429: "Too many requests",
  431: "Headers too large",
  500: "Our fault",
  503: "Not available now",
};

/** Turns whatever goes wrong into a problem document; what is our own fault says nothing of its inside. */
export function addProblems(
  app: FastifyInstance,
  /** Answers an address that no route has, where a page belongs there after all. */
  answerPage: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined = () =>
    undefined,
): void {
  const known = rememberMethods(app);
  const answerNowhere = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const methods = known.of(request.url);
    if (methods.length === 0)
      return answerPage(request, reply) ?? sendProblem(request, reply, nothingHere());
    reply.header("Allow", methods.join(", "));
    return sendProblem(
      request,
      reply,
      new Problem({
        status: 405,
        code: "method_not_allowed",
        detail: `${request.method} is not possible here: use ${methods.join(" or ")}. The API's description is at /docs.`,
      }),
    );
  };
  // The router would take `DELETE /v1/invitations/accept` for an invitation that is called accept.
  app.addHook("onRequest", async (request, reply) => {
    const methods = known.at(request.url);
    if (methods.length > 0 && !methods.includes(request.method))
      return answerNowhere(request, reply);
    return undefined;
  });
  app.setErrorHandler((error: unknown, request, reply) => {
    // The framework looks at the body first: where nothing takes it, that is not what is wrong.
    if (request.is404 && isFastifyError(error)) return answerNowhere(request, reply);
    const problem = toProblem(error, request);
    if (problem.status >= 500) request.log.error({ err: error }, "a request failed");
    return sendProblem(request, reply, problem);
  });
  app.setNotFoundHandler(answerNowhere);
}

function nothingHere(): Problem {
  return new Problem({
    status: 404,
    code: "not_found",
    detail: "There is nothing here. The API's description is at /docs.",
  });
}

/** Answers what the router itself refuses: an address that is none, a part of it that is too long. */
export function answerUnroutable(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem =
    error.statusCode === 400
      ? new Problem({
          status: 400,
          code: "malformed_request",
          detail: "The address can't be read: it is not percent-encoded as it should be.",
        })
      : nothingHere();
  void sendProblem(request, reply, problem);
}

/** Answers with a problem document; what a program needs to wait or to sign in is in the headers too. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): FastifyReply {
  const retryAfter = problem.extra?.["retryAfter"];
  if (typeof retryAfter === "number") reply.header("Retry-After", String(Math.ceil(retryAfter)));
  // RFC 9110, 15.5.2: a 401 names a scheme that would do.
  if (problem.status === 401) reply.header("WWW-Authenticate", "Bearer");
  return reply
    .code(problem.status)
    .type("application/problem+json")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send({
      type: `urn:drumbeat:problem:${problem.code}`,
      title: problemTitles[problem.status] ?? "It failed",
      status: problem.status,
      code: problem.code,
      detail: problem.message,
      requestId: request.id,
      ...(problem.errors ? { errors: problem.errors } : {}),
      ...problem.extra,
    });
}

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidRequest) return invalidRequest(error);
  if (!isResponseSerializationError(error) && isFastifyError(error))
    return fromFastify(error, request);
  if (isUnavailable(error)) {
    return new Problem({
      status: 503,
      code: "database_unavailable",
      // What broke off at the very end may have been done.
      detail:
        "The database can't be reached or is too busy. Try again in a moment; with the same Idempotency-Key nothing is done twice.",
      extra: { retryAfter: 5 },
    });
  }
  return internal();
}

function invalidRequest({ errors, validationContext }: InvalidRequest): Problem {
  const where = partNames[validationContext ?? ""] ?? "request";
  const [first] = errors;
  const detail =
    errors.length === 1 && first?.pointer === ""
      ? `The ${where} ${first.detail}.`
      : `The ${where} is not valid: ${errors
          .map((one) => `${one.pointer || "it"} ${one.detail}`)
          .join("; ")}`;
  return new Problem({
    status: 422,
    code: "invalid_request",
    detail: detail.slice(0, 600).toWellFormed(),
    errors,
  });
}

const partNames: Record<string, string> = {
  body: "body",
  querystring: "query",
  params: "address",
  headers: "header",
};

function fromFastify(error: FastifyError, request: FastifyRequest): Problem {
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "FST_INVALID_MULTIPART_CONTENT_TYPE":
      return new Problem({
        status: 415,
        code: "unsupported_media_type",
        detail: wantedType(request),
      });
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Problem({
        status: 413,
        code: "too_large",
        detail: `The body is too large: at most ${inMegabytes(request.routeOptions.bodyLimit)}.`,
      });
    case "FST_REQ_FILE_TOO_LARGE":
      return new Problem({
        status: 413,
        code: "too_large",
        detail: "The file is too large: at most 64 MB.",
      });
    case "FST_ERR_CTP_INVALID_JSON_BODY":
      return new Problem({ status: 400, code: "malformed_json", detail: "The body is not JSON." });
  }
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return internal();
  if (status === 404) return nothingHere();
  return new Problem({
    status: 400,
    code: "malformed_request",
    detail: "The request can't be read.",
  });
}

function internal(): Problem {
  return new Problem({
    status: 500,
    code: "internal",
    detail: "Something failed on our side. Tell an operator the requestId.",
  });
}

/** A route says what it takes where that is not JSON. */
function wantedType(request: FastifyRequest): string {
  const accepted = request.routeOptions.schema?.consumes ?? ["application/json"];
  return accepted.includes("multipart/form-data")
    ? "Send the file as multipart/form-data, in the field file."
    : `Send ${accepted.includes("application/json") ? "JSON" : "it"}, with Content-Type: ${accepted.join(" or ")}.`;
}

function inMegabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
}

function isFastifyError(error: unknown): error is FastifyError {
  return (
    error instanceof Error &&
    "statusCode" in error &&
    "code" in error &&
    typeof error.code === "string"
  );
}

// Node's network errors, and PostgreSQL's classes 08 (connection), 28 (it lets us in no more), 3D000 (the database is
// gone), 40 (two waited for each other, and this one gave way), 53 (resources), 57014 (took too long), 57P (shutting down) and 25P03 (stood idle in a transaction).
const unavailable =
  /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH|08\w{3}|28\w{3}|3D000|40\w{3}|53\w{3}|57014|57P\d\d|25P03)$/;

function isUnavailable(error: unknown): boolean {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ("code" in current && typeof current.code === "string" && unavailable.test(current.code))
      return true;
    if (
      /Connection terminated|Query read timeout|not queryable|timeout exceeded when trying to connect|timeout expired/.test(
        current.message,
      )
    )
      return true;
    if (current.name === "ConnectionException") return true;
  }
  return false;
}
