import pg from "pg";

/** One statement as it went to the database. */
export interface Statement {
  text: string;
  values: unknown[];
}

/**
 * Writes down every statement that any connection of this process sends while `work` runs. Statements of before and
 * after are not among them.
 */
export async function recordStatements(work: () => Promise<void>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const { query } = pg.Client.prototype;
  const ask = query as (this: pg.Client, ...given: unknown[]) => unknown;
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const [text, values] = given;
    if (typeof text === "string")
      statements.push({ text, values: Array.isArray(values) ? [...(values as unknown[])] : [] });
    else throw new Error("a statement came in a shape that is not known here");
    return ask.apply(this, given);
  } as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return statements;
}
