import pg from "pg";

/** One statement as it went to the database. */
export interface Statement {
  text: string;
  values: unknown[];
}

let recording: Statement[] | undefined;

// At the import of this file, for a connection may keep the function that it had when it was made.
const { query } = pg.Client.prototype;
const ask = query as (this: pg.Client, ...given: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  if (recording) recording.push(statementOf(given));
  return ask.apply(this, given);
} as typeof query;

/**
 * Writes down every statement that any connection of this process sends while `work` runs; the connections must have
 * been made after this file was imported.
 */
export async function recordStatements(work: () => Promise<void>): Promise<Statement[]> {
  const statements: Statement[] = [];
  recording = statements;
  try {
    await work();
  } finally {
    recording = undefined;
  }
  if (statements.length === 0) throw new Error("no statement was seen: the recording sees nothing");
  return statements;
}

function statementOf([text, values]: unknown[]): Statement {
  if (typeof text !== "string")
    throw new Error("a statement came in a shape that is not known here");
  return { text, values: Array.isArray(values) ? [...(values as unknown[])] : [] };
}
