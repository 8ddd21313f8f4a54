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
  /** From when on another try makes sense, where the API said how long to wait. */
  readonly retryAt: Date | undefined;

  constructor(fields: {
    status: number;
    code: string;
    title: string;
    detail: string;
    requestId?: string | undefined;
    errors?: readonly FieldProblem[] | undefined;
    retryAt?: Date | undefined;
    cause?: unknown;
  }) {
    super(fields.detail, { cause: fields.cause });
    this.status = fields.status;
    this.code = fields.code;
    this.title = fields.title;
    this.detail = fields.detail;
    this.requestId = fields.requestId;
    this.errors = fields.errors ?? [];
    this.retryAt = fields.retryAt;
  }

  /** What is said of one member of the request, such as `/name`, or of something in it, such as `/times/0`. */
  at(pointer: string): string | undefined {
    return this.errors.find((error) => isWithin(error, pointer))?.detail;
  }

  /** What is left to say where a form says at its fields what is wrong with these members; undefined when nothing is. */
  beside(pointers: readonly string[]): ApiProblem | undefined {
    const left = this.errors.filter((error) => !pointers.some((one) => isWithin(error, one)));
    if (left.length === this.errors.length) return this;
    const [first] = left;
    if (!first) return undefined;
    const { status, code, title, requestId, retryAt } = this;
    return new ApiProblem({
      status,
      code,
      title,
      detail: first.detail,
      requestId,
      errors: left,
      retryAt,
    });
  }
}

function isWithin({ pointer }: FieldProblem, member: string): boolean {
  return pointer === member || pointer.startsWith(`${member}/`);
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
