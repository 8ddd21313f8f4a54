/**
 * What a provider's error answer says, in the shapes that they use:
 *
 *   OpenAI      {error: {code, type, param, message}}            platform.openai.com/docs/guides/error-codes
 *   Google      {error: {code: 429, status, message, details}}   google.rpc.Status; ai.google.dev/gemini-api/docs/troubleshooting
 *   ElevenLabs  {detail: {status | code, type, message}}         elevenlabs.io/docs/developers/resources/errors
 *   fal         {detail: [{loc, msg, type}]}, {detail: "…"}      fal.ai/docs/model-apis/errors
 *   Replicate   {title, detail: "…", status: 402}                replicate.com/docs/reference/http
 */
export interface ErrorAnswer {
  /** The provider's own names of what went wrong, the most telling first: `insufficient_quota`, `RESOURCE_EXHAUSTED`. */
  names: string[];
  /** The parameter that it is about, or "". */
  param: string;
  /** What it says in words. To be looked at, never to be shown: it may repeat the key or the prompt. */
  words: string;
  /** Seconds that it asks to wait. */
  waitSeconds?: number;
}

/** Reads an error's body, parsed or not; what isn't one of the shapes says nothing. Pure. */
export function readErrorAnswer(body: unknown): ErrorAnswer {
  const answer = asObject(typeof body === "string" ? parse(body) : body);
  const error = asObject(answer["error"]);
  const details = asObjects(error["details"]);
  const detail = answer["detail"];
  const said = { ...answer, ...asObject(detail), ...error };
  const problems = asObjects(detail);
  const names = [
    ...[said["code"], said["type"], said["status"], answer["error_type"]],
    ...problems.map((one) => one["type"]),
    ...details.flatMap((one) => [
      one["reason"],
      ...asObjects(one["violations"]).map((two) => two["quotaId"]),
    ]),
  ];
  const words = [
    answer["title"],
    detail,
    answer["message"],
    answer["error"],
    said["message"],
    ...problems.map((one) => one["msg"]),
  ];
  const wait = waitOf(answer, details);
  return {
    names: names.filter(isText),
    param: isText(said["param"]) ? said["param"] : paramOf(problems),
    words: words.filter(isText).join(" "),
    ...(wait === undefined ? {} : { waitSeconds: wait }),
  };
}

/** Google's RetryInfo says `{retryDelay: "33s"}`; Replicate `{retry_after: 5}`. */
function waitOf(answer: Fields, details: Fields[]): number | undefined {
  const delay = details.map((one) => one["retryDelay"]).find(isText);
  const match = /^(\d{1,6}(?:\.\d{1,9})?)s$/u.exec(delay ?? "");
  if (match) return Math.ceil(Number(match[1]));
  const after = answer["retry_after"];
  return typeof after === "number" && after >= 0 && after < 1e6 ? Math.ceil(after) : undefined;
}

/** The last name of `["body", "image_url"]`. */
function paramOf(problems: Fields[]): string {
  const place = problems[0]?.["loc"];
  return Array.isArray(place) ? (place.filter(isText).at(-1) ?? "") : "";
}

type Fields = Record<string, unknown>;

function asObject(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function asObjects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of HTML from something in between says nothing of the provider's.
    return undefined;
  }
}
