export interface RefusalOptions {
  status: number;
  /** Short stable word, the answer's `error`. */
  code: string;
  headers?: Record<string, string>;
  /** Further members of the answer's JSON. */
  extra?: Record<string, unknown>;
}

/** An answer that says no: becomes `{error, message, …extra}` with its status. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly extra: Record<string, unknown>;

  constructor(message: string, options: RefusalOptions) {
    super(message);
    this.status = options.status;
    this.code = options.code;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}
