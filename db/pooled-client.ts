import pg from "pg";

type Ask = (...given: unknown[]) => unknown;
type Release = (error?: Error | boolean) => void;

/**
 * A connection of the pool that holds nobody up, nor itself. It is given up once a query had no answer in time:
 * `query_timeout` alone fails the query and keeps the connection, on which whatever comes next (the rollback first) would
 * wait behind it and time out in its turn. And once lost it leaves the pool by itself: whoever held it gives back none on
 * which `begin` or `rollback` failed, and each would take a place in the pool for ever.
 */
export class PooledClient extends pg.Client {
  #giveBack: Release = () => undefined;

  constructor(config?: pg.ClientConfig) {
    super(config);
    const ask = (this.query as Ask).bind(this);
    this.query = ((...given: unknown[]) => {
      const answer = ask(...given);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.#giveUp(error));
      return answer;
    }) as pg.Client["query"];
    this.on("end", () => this.#giveBack(true));
  }

  /** Set by the pool whenever it hands the connection out; it takes it back once. */
  set release(release: Release) {
    let given = false;
    this.#giveBack = (error) => {
      if (given) return;
      given = true;
      release(error);
    };
  }

  get release(): Release {
    return this.#giveBack;
  }

  #giveUp(error: unknown): void {
    if (error instanceof Error && error.message === "Query read timeout")
      this.connection.stream.destroy();
  }
}
