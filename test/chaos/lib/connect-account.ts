import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosClient } from "./chaos-client.ts";

/**
 * Connects an account of the sandbox network as a person does, from the beginning again when anything on the way went
 * wrong. Returns its profile's channel.
 */
export async function connectAccount(options: {
  client: ChaosClient;
  user: string;
}): Promise<string> {
  const { client, user } = options;
  for (;;) {
    const channelId = await tryOnce(client, user);
    if (channelId !== undefined) return channelId;
    await sleep(500);
  }
}

async function tryOnce(client: ChaosClient, user: string): Promise<string | undefined> {
  const begun = await client.ask<{ id: string; authorizationUrl: string }>(
    "POST",
    "/v1/connections",
    { platform: "sandbox" },
  );
  if (begun.status >= 400)
    throw new Error(`connecting was answered with ${begun.status}: ${JSON.stringify(begun.body)}`);
  const callback = await approve(`${begun.body.authorizationUrl}&approve=${user}`);
  if (callback === undefined) return undefined;
  const called = await client.ask("GET", callback);
  if (called.status >= 400) return undefined;
  const channels = await client.ask<{ data?: { id: string; kind: string }[] }>(
    "GET",
    `/v1/connections/${begun.body.id}/channels`,
  );
  return channels.body.data?.find((one) => one.kind === "profile")?.id;
}

/** The way back that the network offers, unless it can't be reached just now. */
async function approve(url: string): Promise<string | undefined> {
  try {
    const approved = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5_000) });
    const location = approved.headers.get("location");
    if (location === null) return undefined;
    const { pathname, search } = new URL(location);
    return `${pathname}${search}`;
  } catch {
    // Its link is cut.
    return undefined;
  }
}
