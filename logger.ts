import { pino, stdTimeFunctions, type Logger } from "pino";

/** Names of members that may hold secrets or content; whatever they hold never reaches a log. */
const hidden = [
  "password",
  "authorization",
  "cookie",
  "token",
  "accessToken",
  "refreshToken",
  "access_token",
  "refresh_token",
  "secrets",
  "credentials",
  "apiKey",
  "code",
  "state",
  "text",
  "prompt",
  "content",
];

/** The log of one process: JSON lines on standard output, secrets and content struck out. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    redact: {
      paths: hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: "[hidden]",
    },
    serializers: { err: describeError },
  });
}

/** An error as it may be logged: its kind, message and place; none of the members that libraries hang on to it. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    // The database quotes the offending row in its detail, and the query builder the whole query in its message.
    message: "query" in error ? "a query failed" : error.message,
    ...("code" in error && typeof error.code === "string" ? { errorCode: error.code } : {}),
    stack: error.stack?.split("\n").slice(1).join("\n"),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}
