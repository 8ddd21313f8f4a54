import type { z } from "zod";
import type { PlatformDeps, Secrets } from "#platforms/contract.ts";
import {
  classifyAnswer,
  classifySilence,
  isDecisive,
  type FailedAnswer,
  type Step,
} from "./classify-answer.ts";
import { isTimeout, readJson } from "#platforms/lib/read-json.ts";

export interface BlueskyCall<T extends z.ZodType, R = never> {
  deps: PlatformDeps;
  step: Step;
  /** The server's origin. */
  service: string;
  /** Name of the XRPC method, for example `com.atproto.repo.putRecord`. */
  method: string;
  /** A query is asked by GET; anything else is POST. */
  query?: Record<string, string>;
  body?: { json: unknown } | { bytes: Uint8Array<ArrayBuffer>; contentType: string };
  /** Sent as authorization. */
  token?: string | undefined;
  /** Everything that must never be seen in an error. */
  secrets: Secrets;
  /** Reads the answer's JSON; extra members are let through. */
  answer: T;
  /** Looks at a refusal before it becomes an error; what it gives back, if anything, is the outcome of the call. */
  onRefusal?: (answer: FailedAnswer) => R | undefined;
  signal: AbortSignal;
}

/** What is sent, without what is hoped for. */
type Request = Omit<BlueskyCall<z.ZodType>, "answer" | "onRefusal">;

/** One call, made once. Throws PlatformError, classified by step; or, between the steps, the signal's own reason. */
export async function callBluesky<T extends z.ZodType, R = never>(
  call: BlueskyCall<T, R>,
): Promise<z.output<T> | R> {
  const { deps, step, secrets } = call;
  const answered = await ask(call);
  if (answered.status >= 200 && answered.status < 300) {
    const parsed = call.answer.safeParse(answered.body);
    if (parsed.success) return parsed.data;
  } else {
    const taken = call.onRefusal?.(answered);
    if (taken !== undefined) return taken;
  }
  throw classifyAnswer({ step, answer: answered, secrets, now: deps.now() });
}

async function ask(call: Request): Promise<FailedAnswer> {
  const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query).toString()}`;
  try {
    const response = await call.deps.fetch(`${call.service}/xrpc/${call.method}${query}`, {
      method: call.query === undefined ? "POST" : "GET",
      headers: headersOf(call),
      // A redirect of a write would send it twice, and the token to somebody else.
      redirect: "manual",
      signal: call.signal,
      ...bodyOf(call.body),
    });
    return { status: response.status, headers: response.headers, body: await readJson(response) };
  } catch (cause) {
    // Cancelled by us: between the steps that is no failure of the network. A publish may have been heard all the same.
    if (!isDecisive(call.step) && call.signal.aborted && !isTimeout(call.signal.reason))
      throw call.signal.reason;
    throw classifySilence({ step: call.step, cause });
  }
}

function headersOf({ token, body }: Request): Record<string, string> {
  return {
    accept: "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined
      ? {}
      : { "content-type": "json" in body ? "application/json" : body.contentType }),
  };
}

function bodyOf(body: Request["body"]): { body?: string | Uint8Array<ArrayBuffer> } {
  if (body === undefined) return {};
  return { body: "json" in body ? JSON.stringify(body.json) : body.bytes };
}
