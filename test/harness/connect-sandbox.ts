import type { ApiClient } from "./client.ts";

/** Connects an account of the sandbox network as a signed-in person; gives its profile's channel. */
export async function connectSandboxBySession(
  product: { client: ApiClient },
  user: string,
): Promise<{ connectionId: string; channelId: string }> {
  const { client } = product;
  const begun = await client.call<{ id: string; authorizationUrl: string }>(
    "POST",
    "/v1/connections",
    {
      platform: "sandbox",
    },
  );
  const approved = await fetch(`${begun.authorizationUrl}&approve=${user}`, { redirect: "manual" });
  const callback = new URL(approved.headers.get("location") ?? "");
  await client.call("GET", `${callback.pathname}${callback.search}`);
  const channels = await client.call<{ data: { id: string; kind: string }[] }>(
    "GET",
    `/v1/connections/${begun.id}/channels`,
  );
  const channel = channels.data.find((one) => one.kind === "profile") ?? channels.data[0];
  if (!channel) throw new Error("the account offers no channel");
  return { connectionId: begun.id, channelId: channel.id };
}
