import type { ProblemCode } from "./problem-codes.ts";

/**
 * What a failed call to a social platform means for the delivery it belongs to.
 *
 * - `retry`: the platform says that it did not accept; try again (after `retryAfterSeconds` when given).
 * - `reauthorize`: the connection no longer works until a person reconnects it.
 * - `reject`: this content or request will never be accepted as it is.
 * - `ambiguous`: nobody knows whether it was accepted; reconcile by reading, never send again blindly.
 * - `ours`: our application's own configuration or review at the platform is at fault.
 */
export type PlatformFate = "retry" | "reauthorize" | "reject" | "ambiguous" | "ours";

export interface PlatformErrorOptions {
  fate: PlatformFate;
  /** A short stable word for the cause, for example `rate_limited`. */
  code: string;
  /** Seconds until the platform wants to be asked again. */
  retryAfterSeconds?: number;
  /** What the platform itself said, in its words, free of secrets. */
  platformMessage?: string;
  /** HTTP status of the answer, where there was one. */
  status?: number;
  cause?: unknown;
}

/** A classified failure of a call to a social platform. Its message names no secret and no content. */
export class PlatformError extends Error {
  override name = "PlatformError";
  readonly fate: PlatformFate;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;
  readonly platformMessage: string | undefined;
  readonly status: number | undefined;

  constructor(message: string, options: PlatformErrorOptions) {
    super(message, { cause: options.cause });
    this.fate = options.fate;
    this.code = options.code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.platformMessage = options.platformMessage;
    this.status = options.status;
  }
}

export interface MediaErrorOptions {
  /** A short stable word for the cause, for example `unsupported_type` or `too_many_pixels`. */
  code: string;
  cause?: unknown;
}

/** A media file that can't be taken or made to fit. Never worth a retry with the same input. */
export class MediaError extends Error {
  override name = "MediaError";
  readonly code: string;

  constructor(message: string, options: MediaErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

export interface ProblemOptions {
  /** HTTP status. */
  status: number;
  /** Stable machine-readable word of the vocabulary. */
  code: ProblemCode;
  /** What is wrong and what the person can do about it. */
  detail: string;
  /** RFC 6901 pointers into the request body, with what is wrong there. */
  errors?: { pointer: string; detail: string }[];
  /** Extra members of the problem document, free of internals. */
  extra?: Record<string, unknown>;
}

/** A refusal for a caller of the API; becomes an RFC 9457 problem document. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly code: ProblemCode;
  readonly errors: { pointer: string; detail: string }[] | undefined;
  readonly extra: Record<string, unknown> | undefined;

  constructor(options: ProblemOptions) {
    super(options.detail);
    this.status = options.status;
    this.code = options.code;
    this.errors = options.errors;
    this.extra = options.extra;
  }
}
