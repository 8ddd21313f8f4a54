/**
 * Seeds the demo workspace of the one-machine default, once: a person to sign in as, an account on the sandbox network,
 * and an agent. All but the person comes in through the front door, as it would from anybody. What it prints says how
 * to sign in.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { registerUser } from "#api/lib/register-user.ts";
import { User } from "#db/entities/index.ts";
import { openOrm, outsideWorkspaces } from "#db/orm.ts";
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

await seed();
process.stdout.write(`sign in as ${email}; the password is in ${signInFile}\n`);

async function seed(): Promise<void> {
  const orm = await openOrm({ url: environment.DATABASE_URL, poolSize: 1 });
  try {
    const known = await outsideWorkspaces(orm).findOne(User, { email });
    if (known) return;
    const password = await findOrMakePassword();
    await registerUser({
      orm,
      registration: "closed",
      seeded: true,
      name: "Demo",
      email,
      password,
      workspaceName: "Harbor Coffee (demo)",
    });
    await furnish(password);
  } finally {
    await orm.close();
  }
}

/** Connects the sandbox and makes the agent. A workspace that a crash left bare is no less usable. */
async function furnish(password: string): Promise<void> {
  const cookie = await signIn(password);
  const call = (method: string, path: string, body?: object) =>
    callApi({ method, path, cookie, ...(body ? { body } : {}) });
  const connection = z
    .object({ id: z.string(), authorizationUrl: z.string() })
    .parse(await call("POST", "/v1/connections", { platform: "sandbox" }));
  const approved = await fetch(`${connection.authorizationUrl}&approve=demo`, {
    redirect: "manual",
  });
  const callback = new URL(approved.headers.get("location") ?? "", environment.SANDBOX_BASE_URL);
  await call("GET", `${callback.pathname}${callback.search}`);
  const channels = z
    .object({ data: z.array(z.object({ id: z.string(), kind: z.string() })) })
    .parse(await call("GET", `/v1/connections/${connection.id}/channels`));
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

async function signIn(password: string): Promise<string> {
  const answer = await fetch(`${apiOrigin()}/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
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
  try {
    const known = (await readFile(signInFile, "utf8")).trim();
    if (known.length >= 8) return known;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const password = randomBytes(12).toString("base64url");
  await writePrivateFile(signInFile, `${password}\n`);
  return password;
}
