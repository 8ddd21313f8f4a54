import sharp from "sharp";
import { register } from "../../harness/client.ts";
import { chaosClient, type ChaosClient } from "./chaos-client.ts";
import { accounts } from "./plan.ts";
import { connectAccount } from "./connect-account.ts";

export interface Installed {
  /** Writes the posts. */
  author: ChaosClient;
  /** Decides about them. */
  approver: ChaosClient;
  /** Channel by the name of its account. */
  channels: Map<string, string>;
  /** An image of the workspace. */
  assetId: string;
}

const password = "correct-horse-battery";

/** What there has to be before anything happens: two members, the accounts, a picture. */
export async function settleIn(options: {
  origin: string;
  sandboxUrl: string;
  signal: AbortSignal;
}): Promise<Installed> {
  const { origin, sandboxUrl, signal } = options;
  const cookie = await register(origin, { name: "Ada", email: "ada@example.org", password });
  const author = chaosClient({ origin, cookie, signal });
  const approver = await inviteApprover({ origin, author, signal });

  const channels = new Map<string, string>();
  for (const { user, markers, listing } of accounts) {
    const answer = await fetch(`${sandboxUrl}/_accounts`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user, markers, listing }),
    });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to an account`);
    channels.set(user, await connectAccount({ client: author, user }));
  }
  return { author, approver, channels, assetId: await uploadPicture(author) };
}

async function inviteApprover(options: {
  origin: string;
  author: ChaosClient;
  signal: AbortSignal;
}): Promise<ChaosClient> {
  const { origin, author, signal } = options;
  const email = "bo@example.org";
  const invited = await author.ask<{ link: string }>("POST", "/v1/invitations", {
    email,
    role: "approver",
  });
  const token = invited.body.link.split("/").at(-1) ?? "";
  const answer = await fetch(`${origin}/v1/auth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Bo", email, password, invitation: token }),
  });
  if (answer.status !== 201)
    throw new Error(`registering was answered with ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return chaosClient({ origin, cookie, signal });
}

async function uploadPicture(client: ChaosClient): Promise<string> {
  const picture = await sharp({
    create: { width: 64, height: 64, channels: 3, background: "#27496d" },
  })
    .png()
    .toBuffer();
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(picture)], { type: "image/png" }), "picture.png");
  const uploaded = await client.ask<{ id: string }>("POST", "/v1/assets", form);
  return uploaded.body.id;
}
