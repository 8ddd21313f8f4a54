import { randomBytes, randomUUID } from "node:crypto";
import type { MemberRole } from "#domain/states.ts";
import type { TestApi } from "../harness/start-api.ts";

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
type Answer = Awaited<ReturnType<TestApi["app"]["inject"]>>;

/** Somebody who calls the API: a signed-in person, or a program with a key. */
export interface Caller {
  workspaceId: string;
  /** What identifies them, to be sent along by hand. */
  headers: Record<string, string>;
  call(
    method: Method,
    url: string,
    options?: { body?: object; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Sends a form of files. */
  upload(url: string, files: FormFile[]): Promise<Answer>;
}

export interface FormFile {
  field?: string;
  name: string;
  data: Uint8Array;
  /** As the sender says. */
  type?: string;
}

/** What everybody here signs in with. */
export const password = "correct horse battery";

/** Registers somebody with a workspace of their own; gives them, and their e-mail address. */
export async function person(api: TestApi): Promise<Caller & { email: string }> {
  const email = `${randomUUID()}@example.com`;
  const answer = await api.app.inject({
    method: "POST",
    url: "/v1/auth/register",
    // Registering is throttled by address.
    remoteAddress: anyAddress(),
    payload: { name: "Ada", email, password },
  });
  return { ...signedIn(api, answer), email };
}

/**
 * Somebody who comes into the inviter's workspace with this role: a new person, or a person from elsewhere, in a new
 * browser.
 */
export async function guest(
  api: TestApi,
  inviter: Caller,
  role: MemberRole,
  who?: { email: string },
): Promise<Caller & { email: string }> {
  const email = who?.email ?? `${randomUUID()}@example.com`;
  const asked = await inviter.call("POST", "/v1/invitations", { body: { email, role } });
  const invitation = asked.json<{ link: string }>().link.split("/").at(-1);
  const answer = await api.app.inject({
    method: "POST",
    url: who ? "/v1/auth/login" : "/v1/auth/register",
    remoteAddress: anyAddress(),
    payload: { ...(who ? {} : { name: "Ada" }), email, password, invitation },
  });
  return { ...signedIn(api, answer), email };
}

/** An address of nobody's, for somebody who comes from elsewhere than all others. */
export function anyAddress(): string {
  return `2001:db8:${randomBytes(4)
    .toString("hex")
    .replaceAll(/(....)(?=.)/g, "$1:")}::1`;
}

/** The same person in another browser. */
export async function elsewhere(api: TestApi, who: { email: string }): Promise<Caller> {
  const payload = { email: who.email, password };
  return signedIn(api, await api.app.inject({ method: "POST", url: "/v1/auth/login", payload }));
}

function signedIn(api: TestApi, answer: Answer): Caller {
  if (answer.statusCode >= 400) throw new Error(`not signed in: ${answer.body}`);
  const body = answer.json<{ workspace: { id: string } }>();
  const [cookie] = answer.cookies;
  return caller(api, body.workspace.id, { cookie: `${cookie?.name}=${cookie?.value}` });
}

/** Makes an API key in the person's workspace. */
export async function program(api: TestApi, owner: Caller, scopes: string[]): Promise<Caller> {
  const answer = await owner.call("POST", "/v1/api-keys", { body: { name: "test", scopes } });
  const { key } = answer.json<{ key: string }>();
  return caller(api, owner.workspaceId, { authorization: `Bearer ${key}` });
}

function caller(api: TestApi, workspaceId: string, headers: Record<string, string>): Caller {
  return {
    workspaceId,
    headers,
    call: (method, url, options = {}) =>
      api.app.inject({
        method,
        url,
        headers: { ...headers, ...options.headers },
        ...(options.body === undefined ? {} : { payload: options.body }),
      }),
    async upload(url, files) {
      const form = await formOf(files);
      return api.app.inject({
        method: "POST",
        url,
        headers: { ...headers, "content-type": form.contentType },
        payload: form.data,
      });
    },
  };
}

/** A multipart form as a browser writes it. */
export async function formOf(files: FormFile[]): Promise<{ contentType: string; data: Buffer }> {
  const form = new FormData();
  for (const { field = "file", name, data, type = "" } of files)
    form.append(field, new File([new Uint8Array(data)], name, { type }));
  const encoded = new Response(form);
  return {
    contentType: encoded.headers.get("content-type") ?? "",
    data: Buffer.from(await encoded.arrayBuffer()),
  };
}
