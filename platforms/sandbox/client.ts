import { PlatformError } from "#domain/errors.ts";
import type { z } from "zod";
import type { PlatformApp, PlatformDeps, Secrets } from "#platforms/contract.ts";
import {
  classifyAnswer,
  classifySilence,
  isDecisive,
  type FailedAnswer,
  type Step,
} from "./classify-answer.ts";
import { isTimeout, readJson } from "#platforms/lib/read-json.ts";

export interface SandboxCall<T extends z.ZodType, R = never> {
  deps: PlatformDeps;
  step: Step;
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the base address on, with its query. */
  path: string;
  /** Everything that must never be seen in an error; `accessToken`, where there is one, is sent along. */
  secrets: Secrets;
  body?: { json: unknown } | { form: Record<string, string> } | { bytes: Uint8Array<ArrayBuffer> };
  /** Reads the answer's JSON; extra members are let through. */
  answer: T;
  /** The one status that says yes, where a body can't; any 2xx when absent. */
  status?: number;
  /** Looks at a refusal before it becomes an error; what it gives back, if anything, is the outcome of the call. */
  onRefusal?: (answer: FailedAnswer) => R | undefined;
  signal: AbortSignal;
}

/** What is sent, without what is hoped for. */
type Request = Omit<SandboxCall<z.ZodType>, "answer" | "status" | "onRefusal">;

/** One call, made once. Throws PlatformError, classified by step; or, between the steps, the signal's own reason. */
export async function callSandbox<T extends z.ZodType, R = never>(
  call: SandboxCall<T, R>,
): Promise<z.output<T> | R> {
  const { deps, step, secrets } = call;
  const url = `${baseUrlOf(deps.app)}${call.path}`;
  const answered = await ask(call, url);
  const { status = answered.status } = call;
  if (answered.status === status && status >= 200 && status < 300) {
    const parsed = call.answer.safeParse(answered.body);
    if (parsed.success) return parsed.data;
  } else {
    const taken = call.onRefusal?.(answered);
    if (taken !== undefined) return taken;
  }
  throw classifyAnswer({ step, answer: answered, secrets, now: deps.now() });
}

/** Where the network is. Throws PlatformError `ours` when the installation does not say. */
export function baseUrlOf(app: PlatformApp): string {
  if (app.baseUrl === undefined || !URL.canParse(app.baseUrl))
    throw new PlatformError("Set SANDBOX_BASE_URL to the address of the sandbox network.", {
      fate: "ours",
      code: "not_configured",
    });
  return app.baseUrl.replace(/\/+$/, "");
}

export function clientIdOf(app: PlatformApp): string {
  return app.clientId ?? "drumbeat";
}

async function ask(call: Request, url: string): Promise<FailedAnswer> {
  try {
    const response = await call.deps.fetch(url, {
      method: call.method,
      headers: headersOf(call),
      // A redirect of a write would send it twice; there is none in this network.
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

function headersOf(call: Request): Record<string, string> {
  const accessToken = call.secrets["accessToken"];
  return {
    accept: "application/json",
    ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    ...(call.body !== undefined && "json" in call.body
      ? { "content-type": "application/json" }
      : {}),
    ...(call.body !== undefined && "bytes" in call.body
      ? { "content-type": "application/octet-stream" }
      : {}),
  };
}

function bodyOf(body: Request["body"]): {
  body?: string | URLSearchParams | Uint8Array<ArrayBuffer>;
} {
  if (body === undefined) return {};
  if ("json" in body) return { body: JSON.stringify(body.json) };
  if ("form" in body) return { body: new URLSearchParams(body.form) };
  return { body: body.bytes };
}
