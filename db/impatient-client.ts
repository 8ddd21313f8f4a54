import pg from "pg";

type Ask = (...given: unknown[]) => unknown;

/**
 * A connection that is given up once a query had no answer in time. `query_timeout` alone fails the query and keeps the
 * connection, on which whatever comes next (the rollback first) would wait behind it and time out in its turn.
 */
export class ImpatientClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const ask = (this.query as Ask).bind(this);
    this.query = ((...given: unknown[]) => {
      const answer = ask(...given);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.#giveUp(error));
      return answer;
    }) as pg.Client["query"];
  }

  #giveUp(error: unknown): void {
    if (error instanceof Error && error.message === "Query read timeout")
      this.connection.stream.destroy();
  }
}
