import pg from "pg";
import { SetupError } from "../scripts/lib/setup-error.mjs";

/**
 * Whether a PostgreSQL that the person runs can be reached with the address they gave.
 * Throws `SetupError` with the reason and without the password.
 */
export async function checkDatabase(options: { variable: string; url: string }): Promise<void> {
  const { variable, url } = options;
  const shown = hidePassword(url);
  if (shown === undefined) {
    throw new SetupError({
      problem: `${variable} is not the address of a PostgreSQL database.`,
      todo: "Set it like postgresql://role:password@host:5432/database, with special characters percent-encoded.",
    });
  }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A connection that breaks later than the answer below says nothing more.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
  } catch (error) {
    const { reason, todo } = explainDatabaseError(error, variable);
    throw new SetupError({
      problem: `The database of ${variable} cannot be used: ${reason}`,
      tried: [`connecting to ${shown}`],
      todo: `${todo} Or unset ${variable} to have a PostgreSQL of Drumbeat's own.`,
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The address with its password replaced; `undefined` when it is not one of a database. */
export function hidePassword(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !["postgres:", "postgresql:"].includes(parsed.protocol) || parsed.hostname === "")
    return undefined;
  const user = parsed.username === "" ? "" : `${parsed.username}@`;
  return `${parsed.protocol}//${user}${parsed.host}${parsed.pathname}`;
}

/** A connection error in words, with what to do. Codes: PostgreSQL's appendix A, and the system's. */
export function explainDatabaseError(
  error: unknown,
  variable: string,
): { reason: string; todo: string } {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case "28P01":
    case "28000":
      return {
        reason: `it refuses the role or its password (${message}).`,
        todo: `Correct the role and the password in ${variable}.`,
      };
    case "3D000":
      return {
        reason: `it has no such database (${message}).`,
        todo: `Create the database, or correct its name in ${variable}.`,
      };
    case "53300":
      return {
        reason: "it has no connection left.",
        todo: "Raise its max_connections or close other connections.",
      };
    case "57P03":
      return { reason: "it is starting up.", todo: "Wait until it has, then start again." };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        reason: `its host is unknown (${message}).`,
        todo: `Correct the host in ${variable}.`,
      };
    case "ECONNREFUSED":
      return {
        reason: "nothing listens there (connection refused).",
        todo: `Start PostgreSQL, or correct host and port in ${variable}.`,
      };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return {
        reason: "its host cannot be reached.",
        todo: `Check the network and the host in ${variable}.`,
      };
    default:
      return /timeout/i.test(message)
        ? {
            reason: "it does not answer within 5 s.",
            todo: `Check the network, host and port in ${variable}.`,
          }
        : { reason: message || code, todo: `Check ${variable}.` };
  }
}
