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
  DownloadError,
  InvalidMessageRoleError,
  MessageConversionError,
  MissingToolResultsError,
  NoImageGeneratedError,
  NoSpeechGeneratedError,
  NoTranscriptGeneratedError,
  NoVideoGeneratedError,
  RetryError,
} from "ai";
import { readErrorAnswer } from "./read-error-answer.ts";

export type ModelErrorCode =
  | "content_policy"
  | "quota"
  | "rate_limited"
  | "invalid_input"
  | "provider_down"
  | "timeout"
  | "unauthorized"
  /** The provider's address, or one that it named, is none that we would call. */
  | "address_refused"
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

/** What it was to work from can't be had, or not in a form that the model takes. `message` is for people. */
export class ModelInputError extends Error {
  override name = "ModelInputError";
}

const sentences: Record<ModelErrorCode, string> = {
  content_policy: "The provider refused the request under its content policy. Change the prompt.",
  quota: "The account at the provider has no quota left. Check its plan and billing.",
  rate_limited: "The provider asks for fewer requests. It is tried again later.",
  invalid_input: "The provider or model can't take this request.",
  provider_down: "The provider can't be reached or gave no usable answer.",
  timeout: "The provider took too long to answer.",
  unauthorized: "The provider refused the credentials. Check the API key and what it may use.",
  address_refused:
    "Nothing was asked: the address is private, or another one that we do not call. An operator can open it with EGRESS_ALLOW.",
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
 * Says what a failed model call means. Pure. The shapes of the providers' errors, and where they are documented, are in
 * read-error-answer.ts.
 *
 * `now` is needed only for a Retry-After that is a date in an answer without a date of its own.
 */
export function classifyModelError(
  error: unknown,
  { now }: { now?: Date } = {},
): ModelErrorVerdict {
  if (isRefusedAddress(error)) return verdict("address_refused");
  if (RetryError.isInstance(error))
    return classifyModelError(error.lastError, now === undefined ? {} : { now });
  if (APICallError.isInstance(error)) return classifyAnswer(error, now);
  if (error instanceof ModelAnswerError) return verdict(error.code);
  if (error instanceof ModelInputError)
    return { ...verdict("invalid_input"), message: error.message };
  // The only message of another's that is passed on: it says which setting is missing, and is a constant.
  if (LoadAPIKeyError.isInstance(error))
    return { ...verdict("unauthorized"), message: error.message };
  if (error instanceof Error || error instanceof DOMException) {
    if (error.name === "TimeoutError") return verdict("timeout");
    if (error.name === "AbortError") return verdict("cancelled");
  }
  if (invalidInput.some((type) => type.isInstance(error))) return verdict("invalid_input");
  const ended = endedJob(error);
  if (ended !== undefined) return verdict(codeOfJob(ended));
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
  DownloadError,
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  NoContentGeneratedError,
  NoImageGeneratedError,
  NoSpeechGeneratedError,
  NoTranscriptGeneratedError,
  NoVideoGeneratedError,
  TypeValidationError,
];

/**
 * Says what it means that a job ended without a result, from the provider's words (`error` of `doStatus`). Never
 * retryable: asked again, the job says the same. The words themselves are not passed on: they may quote the prompt.
 */
export function classifyFailedJob(words: string): ModelErrorVerdict {
  const code = codeOfJob(words);
  const message =
    code === "provider_down" ? "The provider gave the job up without a result." : sentences[code];
  return { retryable: false, code, message };
}

/** Providers tell a job's end in sentences alone; those who have codes (`E005`) put them into the sentence. */
function codeOfJob(words: string): ModelErrorCode {
  if (refusedByPolicy.test(words)) return "content_policy";
  if (/insufficient|quota|billing|credit/iu.test(words)) return "quota";
  if (/timed? ?out|deadline|took too long/iu.test(words)) return "timeout";
  if (/invalid|unsupported|not supported|must be|too (?:large|small|long|short)|E006/iu.test(words))
    return "invalid_input";
  return "provider_down";
}

const refusedByPolicy =
  /nsfw|safety|sensitive|content[ _-]?(?:policy|filter|checker)|moderat|violat|prohibit|flagged|usage guidelines|responsible ai|blocklist|recitation|E005/iu;

/** What the provider said of a job that ended within the call: Replicate's prediction, a picture that Google held back. */
function endedJob(error: unknown): string | undefined {
  if (InvalidResponseDataError.isInstance(error)) {
    const { data } = error;
    const failed = typeof data === "object" && data !== null && "error" in data ? data.error : null;
    return typeof failed === "string" ? failed : undefined;
  }
  if (!NoImageGeneratedError.isInstance(error)) return undefined;
  const reasons = (error.calls ?? []).flatMap(({ providerMetadata }) => {
    const google = providerMetadata?.["google"] as Record<string, unknown> | undefined;
    return [google?.["finishReason"], JSON.stringify(google?.["promptFeedback"] ?? "")];
  });
  const reason = reasons.find((one) => typeof one === "string" && refusedByPolicy.test(one));
  return typeof reason === "string" ? reason : undefined;
}

function classifyAnswer(error: APICallError, now: Date | undefined): ModelErrorVerdict {
  const said = readErrorAnswer(error.data ?? error.responseBody);
  const status = error.statusCode;
  const word = codeOf({ status, ...said }) ?? networkCode(error) ?? "provider_down";
  const wait = retryableCodes.has(word)
    ? (retryAfter({ headers: error.responseHeaders, now }) ?? said.waitSeconds)
    : undefined;
  const param = identifier(said.param);
  const facts = [
    ...(status === undefined ? [] : [`HTTP ${status}`]),
    ...said.names
      .map((name) => identifier(name.toLowerCase()))
      .filter((name) => name !== undefined)
      .slice(0, 1),
    ...(param === undefined ? [] : [`parameter ${param}`]),
  ];
  return {
    ...verdict(word),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    message: facts.length === 0 ? sentences[word] : `${sentences[word]} (${facts.join(", ")})`,
  };
}

/** Names go before the status: ElevenLabs answers 401 when the quota is used up, Google 400 when the key is wrong. */
function codeOf({
  status,
  names,
  words,
}: {
  status: number | undefined;
  names: string[];
  words: string;
}): ModelErrorCode | undefined {
  const named = names.join(" ");
  const found = codesByName.find(([, pattern]) => pattern.test(named))?.[0];
  if (found !== undefined) return found;
  // fal and Replicate have no name for an empty account, Google none for one that never had a plan.
  if (/exhausted balance|insufficient credit|enable billing/iu.test(words) || status === 402)
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

const codesByName: readonly (readonly [ModelErrorCode, RegExp])[] = [
  [
    "content_policy",
    /content_policy|content_filter|moderation|safety|invalid_prompt|image_generation_user_error|bad_prompt|bad_composition_plan|prohibited/iu,
  ],
  [
    "quota",
    /insufficient_quota|quota_exceeded|billing|credit_balance|payment_required|insufficient_credits|PerDay/iu,
  ],
  ["unauthorized", /invalid_api_key|api_key_invalid/iu],
  ["invalid_input", /max_character_limit_exceeded|voice_not_found|model_not_found|text_too_long/iu],
  ["timeout", /(?:generation|request|startup)_timeout/iu],
  ["provider_down", /downstream_service|no_media_generated|runner_(?:dis)?connect/iu],
];

/** The guard's refusal, wherever in what it caused. */
function isRefusedAddress(error: unknown): boolean {
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    if (at.name === "EgressRefused") return true;
    at = at.cause;
  }
  return false;
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
