/**
 * Seeds the demo workspace of the one-machine default, once: a person to sign in as, an account on the sandbox network,
 * and an agent. All but the person comes in through the front door, as it would from anybody. A seeding that broke off
 * is finished at the next start; what people remove from a finished workspace stays away. What it prints says how to
 * sign in.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { registerUser } from "#api/lib/register-user.ts";
import { Agent, Member, User } from "#db/entities/index.ts";
import { forUser, inWorkspace, openOrm, outsideWorkspaces } from "#db/orm.ts";
import { writePrivateFile } from "./write-private-file.ts";

const email = "demo@drumbeat.local";

const environment = z
  .object({
    DATABASE_URL: z.string(),
    DRUMBEAT_DATA_DIR: z.string(),
    API_HOST: z.string(),
    API_PORT: z.string(),
    PUBLIC_URL: z.string(),
    SANDBOX_BASE_URL: z.string(),
  })
  .parse(process.env);
const signInFile = join(environment.DRUMBEAT_DATA_DIR, "demo-sign-in.txt");

process.stdout.write(`${await seed()}\n`);

/** Returns how to sign in. */
async function seed(): Promise<string> {
  const signInWords = `sign in as ${email}; the password is in ${signInFile}`;
  const orm = await openOrm({ url: environment.DATABASE_URL, poolSize: 1 });
  try {
    const known = await outsideWorkspaces(orm).findOne(User, { email });
    if (known && (await isFinished(orm, known.id))) return signInWords;
    const password = known ? await readPassword() : await findOrMakePassword();
    if (password === undefined) return unfinished("is gone");
    if (!known) {
      await registerUser({
        orm,
        registration: "closed",
        seeded: true,
        name: "Demo",
        email,
        password,
        workspaceName: "Harbor Coffee (demo)",
      });
    }
    const cookie = await signIn(password);
    // Whoever took the demo over and changed its password must not find that nothing starts any more.
    if (cookie === undefined) return unfinished("holds another password");
    await furnish(cookie);
    return signInWords;
  } finally {
    await orm.close();
  }
}

function unfinished(why: string): string {
  return `the demo workspace lacks its agent and can't be finished: ${signInFile} ${why}`;
}

/** The agent is made last: where there is one, or was, nothing is missing that people did not remove themselves. */
async function isFinished(orm: Awaited<ReturnType<typeof openOrm>>, userId: string) {
  const members = await forUser(orm, userId).find(Member, { userId });
  for (const { workspaceId } of members)
    if ((await inWorkspace(orm, workspaceId).count(Agent)) > 0) return true;
  return false;
}

/** Connects the sandbox where that is still to be done, and makes the agent. */
async function furnish(cookie: string): Promise<void> {
  const call: Call = (method, path, body) =>
    callApi({ method, path, cookie, ...(body ? { body } : {}) });
  const connectionId = (await findConnection(call)) ?? (await connectSandbox(call));
  const channels = z
    .object({ data: z.array(z.object({ id: z.string(), kind: z.string() })) })
    .parse(await call("GET", `/v1/connections/${connectionId}/channels`));
  const channel = channels.data.find((one) => one.kind === "profile") ?? channels.data[0];
  if (!channel) throw new Error("the sandbox network offers no channel");
  await call("POST", "/v1/agents", {
    name: "Morning post",
    brief:
      "Harbor Coffee roasts small batches by the sea. Invite people to this week's roast, tasting or recipe.",
    brandVoice: "Warm and plain. Short sentences. No superlatives.",
    channelIds: [channel.id],
    schedule: {
      days: ["mon", "tue", "wed", "thu", "fri"],
      times: ["09:00"],
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    autonomy: "suggest",
    media: "image",
    dailyPostLimit: 3,
    creditLimit: 100,
  });
}

type Call = (method: string, path: string, body?: object) => Promise<unknown>;

/** The connection that an earlier, interrupted seeding made. */
async function findConnection(call: Call): Promise<string | undefined> {
  const known = z
    .object({ data: z.array(z.object({ id: z.string() })) })
    .parse(await call("GET", "/v1/connections?platform=sandbox&status=active"));
  return known.data[0]?.id;
}

async function connectSandbox(call: Call): Promise<string> {
  const { id, authorizationUrl } = z
    .object({ id: z.string(), authorizationUrl: z.string() })
    .parse(await call("POST", "/v1/connections", { platform: "sandbox" }));
  const approved = await fetch(`${authorizationUrl}&approve=demo`, { redirect: "manual" });
  const callback = new URL(approved.headers.get("location") ?? "", environment.SANDBOX_BASE_URL);
  await call("GET", `${callback.pathname}${callback.search}`);
  return id;
}

/** The session's cookie; undefined when the password is not the right one. */
async function signIn(password: string): Promise<string | undefined> {
  const answer = await fetch(`${apiOrigin()}/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  if (answer.status === 401) return undefined;
  if (!answer.ok)
    throw new Error(
      `signing in as ${email} was answered with ${answer.status}: ${await answer.text()}`,
    );
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

async function callApi(input: {
  method: string;
  path: string;
  cookie: string;
  body?: object;
}): Promise<unknown> {
  const answer = await fetch(`${apiOrigin()}${input.path}`, {
    method: input.method,
    headers: {
      Cookie: input.cookie,
      ...(input.body ? { "Content-Type": "application/json" } : {}),
    },
    ...(input.body ? { body: JSON.stringify(input.body) } : {}),
  });
  const text = await answer.text();
  const where = input.path.split("?")[0];
  if (!answer.ok)
    throw new Error(
      `${input.method} ${where} was answered with ${answer.status}: ${text.slice(0, 500)}`,
    );
  return answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : undefined;
}

/** The API's own address: the public one may be behind a proxy that is not up yet. */
function apiOrigin(): string {
  const host =
    environment.API_HOST === "0.0.0.0" || environment.API_HOST === "::"
      ? "127.0.0.1"
      : environment.API_HOST;
  return `http://${host.includes(":") ? `[${host}]` : host}:${environment.API_PORT}`;
}

/** A password of an earlier, interrupted seeding is kept: its file is what people are pointed to. */
async function findOrMakePassword(): Promise<string> {
  const known = await readPassword();
  if (known !== undefined) return known;
  const password = randomBytes(12).toString("base64url");
  await writePrivateFile(signInFile, `${password}\n`);
  return password;
}

async function readPassword(): Promise<string | undefined> {
  try {
    const known = (await readFile(signInFile, "utf8")).trim();
    return known.length >= 8 ? known : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
