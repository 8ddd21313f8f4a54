import {
  APICallError,
  EmptyResponseBodyError,
  InvalidArgumentError,
  InvalidPromptError,
  InvalidResponseDataError,
  JSONParseError,
  LoadAPIKeyError,
  NoContentGeneratedError,
  NoSuchModelError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import {
  InvalidMessageRoleError,
  MessageConversionError,
  MissingToolResultsError,
  NoImageGeneratedError,
  RetryError,
} from "ai";

export type ModelErrorCode =
  | "content_policy"
  | "quota"
  | "rate_limited"
  | "invalid_input"
  | "provider_down"
  | "timeout"
  | "unauthorized"
  /** The caller itself gave up; nothing is wrong. */
  | "cancelled"
  /** Not a failure of the call but of our code. */
  | "unexpected";

export interface ModelErrorVerdict {
  /** Whether the same call may succeed later. */
  retryable: boolean;
  /** When the provider wants to be asked again. */
  retryAfterSeconds?: number;
  code: ModelErrorCode;
  /** For people; made of our own words, so it holds no secret and nothing of the prompt. */
  message: string;
}

/** An answer that ended before it said anything usable. */
export class ModelAnswerError extends Error {
  override name = "ModelAnswerError";
  readonly code: "content_policy" | "provider_down";

  constructor(code: "content_policy" | "provider_down") {
    super(sentences[code]);
    this.code = code;
  }
}

const sentences: Record<ModelErrorCode, string> = {
  content_policy: "The provider refused the request under its content policy. Change the prompt.",
  quota: "The account at the provider has no quota left. Check its plan and billing.",
  rate_limited: "The provider asks for fewer requests. It is tried again later.",
  invalid_input: "The provider or model can't take this request.",
  provider_down: "The provider can't be reached or gave no usable answer.",
  timeout: "The provider took too long to answer.",
  unauthorized: "The provider refused the credentials. Check the API key and what it may use.",
  cancelled: "The call was cancelled.",
  unexpected:
    "The call failed for a reason that isn't the provider's. The log of the worker says more.",
};

const retryableCodes: ReadonlySet<ModelErrorCode> = new Set([
  "rate_limited",
  "provider_down",
  "timeout",
]);

/**
 * Says what a failed model call means. Pure. Error codes are those of OpenAI's API and of servers like it
 * (https://platform.openai.com/docs/guides/error-codes).
 *
 * `now` is needed only for a Retry-After that is a date in an answer without a date of its own.
 */
export function classifyModelError(
  error: unknown,
  { now }: { now?: Date } = {},
): ModelErrorVerdict {
  if (RetryError.isInstance(error))
    return classifyModelError(error.lastError, now === undefined ? {} : { now });
  if (APICallError.isInstance(error)) return classifyAnswer(error, now);
  if (error instanceof ModelAnswerError) return verdict(error.code);
  // The only message of another's that is passed on: it says which setting is missing, and is a constant.
  if (LoadAPIKeyError.isInstance(error))
    return { ...verdict("unauthorized"), message: error.message };
  if (error instanceof Error || error instanceof DOMException) {
    if (error.name === "TimeoutError") return verdict("timeout");
    if (error.name === "AbortError") return verdict("cancelled");
  }
  if (invalidInput.some((type) => type.isInstance(error))) return verdict("invalid_input");
  if (unusable.some((type) => type.isInstance(error))) return verdict("provider_down");
  const network = networkCode(error);
  if (network !== undefined) return verdict(network);
  return verdict("unexpected");
}

const invalidInput = [
  InvalidArgumentError,
  InvalidPromptError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
  MissingToolResultsError,
  InvalidMessageRoleError,
  MessageConversionError,
];

const unusable = [
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  NoContentGeneratedError,
  NoImageGeneratedError,
  TypeValidationError,
];

function classifyAnswer(error: APICallError, now: Date | undefined): ModelErrorVerdict {
  const { code, type, param } = errorDetails(error.data);
  const status = error.statusCode;
  const word = codeOf({ status, code, type }) ?? networkCode(error) ?? "provider_down";
  const wait = retryableCodes.has(word)
    ? retryAfter({ headers: error.responseHeaders, now })
    : undefined;
  const facts = [
    ...(status === undefined ? [] : [`HTTP ${status}`]),
    ...[code, type]
      .map(identifier)
      .filter((name) => name !== undefined)
      .slice(0, 1),
    ...(identifier(param) === undefined ? [] : [`parameter ${identifier(param)}`]),
  ];
  return {
    ...verdict(word),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    message: facts.length === 0 ? sentences[word] : `${sentences[word]} (${facts.join(", ")})`,
  };
}

function codeOf({
  status,
  code,
  type,
}: {
  status: number | undefined;
  code: string;
  type: string;
}): ModelErrorCode | undefined {
  const said = `${code} ${type}`;
  if (
    /content_policy|content_filter|moderation|safety|invalid_prompt|image_generation_user_error/u.test(
      said,
    )
  )
    return "content_policy";
  if (/insufficient_quota|billing|credit_balance|payment_required/u.test(said) || status === 402)
    return "quota";
  if (status === undefined) return undefined;
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 408 || status === 504) return "timeout";
  if (status === 429) return "rate_limited";
  if (status === 409 || status === 425 || status >= 500) return "provider_down";
  if (status >= 400) return "invalid_input";
  // A success that can't be read, or a redirect that nobody follows.
  return "provider_down";
}

function networkCode(error: unknown): "timeout" | "provider_down" | undefined {
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    const code = "code" in at && typeof at.code === "string" ? at.code : "";
    if (/TIMEOUT|ETIMEDOUT/u.test(code)) return "timeout";
    if (/^(?:UND_ERR_|ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH)/u.test(code))
      return "provider_down";
    at = at.cause;
  }
  return undefined;
}

function errorDetails(data: unknown): { code: string; type: string; param: string } {
  const error =
    typeof data === "object" && data !== null && "error" in data ? data.error : undefined;
  const read = (key: "code" | "type" | "param"): string => {
    if (typeof error !== "object" || error === null || !Object.hasOwn(error, key)) return "";
    const value = (error as Record<string, unknown>)[key];
    return typeof value === "string" ? value : "";
  };
  return { code: read("code"), type: read("type"), param: read("param") };
}

/** The text itself where it is a name such as `text.format.schema`; a key or a sentence never is. */
function identifier(text: string): string | undefined {
  return text.length <= 60 &&
    /^[a-z]+(?:_[a-z]+)*(?:\.[a-z]+(?:_[a-z]+)*|\[\d{1,3}\])*$/u.test(text)
    ? text
    : undefined;
}

/** Seconds that the answer asks to wait, rounded up; `retry-after-ms` is OpenAI's own, finer header. */
function retryAfter({
  headers = {},
  now,
}: {
  headers: Record<string, string> | undefined;
  now: Date | undefined;
}): number | undefined {
  const milliseconds = number(headers["retry-after-ms"]);
  if (milliseconds !== undefined) return Math.ceil(milliseconds / 1000);
  const asked = headers["retry-after"];
  const seconds = number(asked);
  if (seconds !== undefined) return Math.ceil(seconds);
  const from = Date.parse(headers["date"] ?? "");
  // Date.parse takes nearly anything for a date, a number of seconds among them.
  const until = /^[A-Z][a-z]{2}, .+ GMT$/u.test(asked ?? "") ? Date.parse(asked ?? "") : Number.NaN;
  const since = Number.isNaN(from) ? now?.getTime() : from;
  if (Number.isNaN(until) || since === undefined) return undefined;
  return Math.max(0, Math.ceil((until - since) / 1000));
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(?:\.\d{1,6})?$/u.test(text.trim())
    ? Number(text)
    : undefined;
}

function verdict(code: ModelErrorCode): ModelErrorVerdict {
  return { retryable: retryableCodes.has(code), code, message: sentences[code] };
}
