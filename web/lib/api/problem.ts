import { texts } from "#web/lib/texts.ts";

export interface FieldProblem {
  /** JSON pointer into the request's body. */
  pointer: string;
  detail: string;
}

/** A refusal of the API (RFC 9457), or its silence, as the console shows it. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly errors: readonly FieldProblem[];

  constructor(fields: {
    status: number;
    code: string;
    title: string;
    detail: string;
    requestId?: string | undefined;
    errors?: readonly FieldProblem[] | undefined;
    cause?: unknown;
  }) {
    super(fields.detail, { cause: fields.cause });
    this.status = fields.status;
    this.code = fields.code;
    this.title = fields.title;
    this.detail = fields.detail;
    this.requestId = fields.requestId;
    this.errors = fields.errors ?? [];
  }

  /** What is said of one member of the request, such as `/name`. */
  at(pointer: string): string | undefined {
    return this.errors.find((error) => error.pointer === pointer)?.detail;
  }
}

/** Whatever was thrown, as a problem. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const kind = kindOf(error);
  const { title, detail } = texts.problems[kind];
  const code = kind === "ours" ? "console_fault" : kind;
  return new ApiProblem({ status: 0, code, title, detail, cause: error });
}

function kindOf(error: unknown): "unreachable" | "unreadable" | "ours" {
  if (error instanceof TypeError) return "unreachable";
  // A page that says it is well, such as a café's for signing in to its net, where JSON was due.
  return error instanceof SyntaxError ? "unreadable" : "ours";
}
