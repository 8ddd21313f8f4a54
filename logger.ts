import { AsyncLocalStorage } from "node:async_hooks";
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from "pino";

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

/** What is being done just now: ids that every line says which is written meanwhile, whoever writes it. */
export const logFacts = new AsyncLocalStorage<Readonly<Record<string, string | number>>>();

let traceFacts: () => Record<string, string> = () => ({});

/** Has every line say in which trace it was written. */
export function nameTraces(read: () => Record<string, string>): void {
  traceFacts = read;
}

/** The log of one process: JSON lines on standard output, secrets and content struck out. */
export function createLogger(options: {
  name: string;
  level: string;
  /** Standard output when absent. */
  destination?: DestinationStream;
}): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      redact: {
        paths: hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: "[hidden]",
      },
      serializers: { err: describeError },
      mixin: (_line, _level, logger) => presentFacts(logger),
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/** The facts of what is being done, less those that the logger says by itself: no name is in a line twice. */
function presentFacts(logger: Pick<Logger, "bindings">): Record<string, string | number> {
  const facts = { ...traceFacts(), ...logFacts.getStore() };
  const names = Object.keys(facts);
  if (names.length === 0) return facts;
  const bound = logger.bindings();
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !(name in bound)));
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
