import { outsideWorkspaces } from "#db/orm.ts";
import { Problem } from "#domain/errors.ts";
import type { ApiContext } from "../context.ts";

/** Whether this process takes requests and can do what they ask for. */
export interface ApiReadiness {
  /** `degraded`: what is accepted waits for Temporal or workers. Throws Problem 503 when nothing can be accepted. */
  check(): Promise<{ status: "ok" | "degraded"; engine: "ready" | "delayed" }>;
  /** From now on it is not ready: it is about to stop. */
  drain(): void;
}

declare module "fastify" {
  interface FastifyInstance {
    readiness: ApiReadiness;
  }
}

/** A database that takes longer than this to say "1" is not one to work with. */
const databaseAnswersMs = 3_000;

export function createReadiness(
  context: Pick<ApiContext, "orm" | "logger" | "engineState">,
): ApiReadiness {
  let draining = false;
  let asking: Promise<unknown> | undefined;
  /** Anybody may ask, as often as they like: however many do, the database is asked once at a time. */
  const askDatabase = () => {
    asking ??= within(
      databaseAnswersMs,
      outsideWorkspaces(context.orm).execute("select 1"),
    ).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return {
    drain() {
      draining = true;
    },
    async check() {
      if (draining) {
        throw new Problem({
          status: 503,
          code: "stopping",
          detail: "This process is about to stop. Ask another, or try again in a moment.",
          extra: { retryAfter: 1 },
        });
      }
      try {
        await askDatabase();
      } catch (error) {
        context.logger.warn({ err: error }, "the database does not answer");
        throw new Problem({
          status: 503,
          code: "database_unavailable",
          detail: "The database can't be reached. Nothing can be accepted until it is back.",
          extra: { retryAfter: 5 },
        });
      }
      const engine = await context.engineState();
      return { status: engine === "ready" ? "ok" : "degraded", engine };
    },
  };
}

/** The work's result, or an error once `ms` have passed: a connection may hang for longer than anybody waits. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
