/** A client of the API as a user would write one: nothing of ours is imported. */
export interface ApiClient {
  origin: string;
  /** Sends and expects one of `expected` (default: any 2xx); fails with the answer else. */
  call<T = unknown>(method: string, path: string, body?: unknown, expected?: number[]): Promise<T>;
  /** Sends and gives the answer whatever it is. */
  raw(method: string, path: string, body?: unknown): Promise<Response>;
}

/** A client that shows an API key, or a session's cookie. */
export function apiClient(
  origin: string,
  credentials: { key?: string; cookie?: string },
): ApiClient {
  const raw = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(path.startsWith("http") ? path : `${origin}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(credentials.key ? { Authorization: `Bearer ${credentials.key}` } : {}),
        ...(credentials.cookie ? { Cookie: credentials.cookie } : {}),
        ...(body === undefined || body instanceof FormData
          ? {}
          : { "Content-Type": "application/json" }),
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
  return {
    origin,
    raw,
    async call<T>(method: string, path: string, body?: unknown, expected?: number[]): Promise<T> {
      const answer = await raw(method, path, body);
      const text = await answer.text();
      const good = expected ? expected.includes(answer.status) : answer.ok;
      if (!good)
        throw new Error(
          `${method} ${path} was answered with ${answer.status}: ${text.slice(0, 1_500)}`,
        );
      return (answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text) as T;
    },
  };
}

/** Registers a person; gives their cookie. */
export async function register(
  origin: string,
  who: { name: string; email: string; password: string },
): Promise<string> {
  const answer = await fetch(`${origin}/v1/auth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(who),
  });
  if (answer.status !== 201)
    throw new Error(`registering was answered with ${answer.status}: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

/** Connects an account of the sandbox network by API key; gives the connection and its first channel. */
export async function connectSandbox(
  client: ApiClient,
  user: string,
): Promise<{ connectionId: string; channelId: string }> {
  const begun = await client.call<{ id: string; authorizationUrl: string }>(
    "POST",
    "/v1/connections",
    {
      platform: "sandbox",
    },
  );
  const approved = await fetch(`${begun.authorizationUrl}&approve=${user}`, { redirect: "manual" });
  const callback = approved.headers.get("location");
  if (approved.status !== 302 || !callback)
    throw new Error(`the sandbox answered ${approved.status}`);
  const called = await fetch(callback);
  if (!called.ok) throw new Error(`the callback answered ${called.status}: ${await called.text()}`);
  await client.call("POST", `/v1/connections/${begun.id}/confirm`);
  const channels = await client.call<{ data: { id: string; kind: string }[] }>(
    "GET",
    `/v1/connections/${begun.id}/channels`,
  );
  const channel = channels.data.find((one) => one.kind === "profile") ?? channels.data[0];
  if (!channel) throw new Error("no channel");
  return { connectionId: begun.id, channelId: channel.id };
}
