import { createHash, createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Connection, FaultStep, Harness } from "./platform-contract.ts";
import { startBlueskyFront, type BlueskyFront, type FrontFault } from "./start-bluesky-front.ts";
import { startBlueskyServer, type BlueskyServer } from "./start-bluesky-server.ts";

const StoredRecord = z.object({ cid: z.string(), value: z.record(z.string(), z.unknown()) });
const StoredBlob = z.object({ ref: z.object({ $link: z.string() }) });
const StoredPost = z.object({
  text: z.string(),
  reply: z.object({ parent: z.object({ uri: z.string() }) }).optional(),
  embed: z
    .discriminatedUnion("$type", [
      z.object({
        $type: z.literal("app.bsky.embed.images"),
        images: z.array(z.object({ image: StoredBlob, alt: z.string() })),
      }),
      z.object({
        $type: z.literal("app.bsky.embed.video"),
        video: StoredBlob,
        alt: z.string().optional(),
      }),
    ])
    .optional(),
});

/** What each method of the server is for, as the contract's faults name it. */
const stepOf: Record<string, FaultStep> = {
  "com.atproto.repo.putRecord": "publish",
  "com.atproto.repo.deleteRecord": "remove",
  "com.atproto.repo.uploadBlob": "upload",
  "com.atproto.server.refreshSession": "token",
  "com.atproto.server.deleteSession": "token",
  "com.atproto.repo.getRecord": "read",
  "app.bsky.feed.getPosts": "read",
};

interface XrpcInput {
  token?: string | undefined;
  admin?: boolean;
  query?: Record<string, string>;
  json?: unknown;
}

export type BlueskyHarness = Harness & {
  server: BlueskyServer;
  front: BlueskyFront;
  /** Calls the server itself, past the front. */
  xrpc(method: string, input: XrpcInput): Promise<unknown>;
  recordOf(remoteId: string): Promise<z.infer<typeof StoredRecord>>;
  takeDown(input: { connection: Connection; applied: boolean }): Promise<void>;
  revokeAppPassword(user: string): Promise<void>;
  /** The same token, signed by the server's own key, but over since an hour. */
  expired(accessJwt: string): string;
};

/**
 * The real server, with accounts made through its own API, and a proxy in front of it for faults. Each start is a server
 * of its own, without accounts.
 */
export async function startBlueskyHarness(): Promise<BlueskyHarness> {
  const front = await startBlueskyFront();
  const server = await startBlueskyServer({ publicUrl: front.url });
  front.target = server.pdsUrl;
  // Stands still but for `pass`; the server's own time goes on.
  let now = new Date();
  /** Tokens of the accounts' own passwords, by name. */
  const owners = new Map<string, string>();
  const takenDown = new Set<string>();

  async function xrpc(method: string, input: XrpcInput): Promise<unknown> {
    const query =
      input.query === undefined ? "" : `?${new URLSearchParams(input.query).toString()}`;
    const admin = Buffer.from(`admin:${server.adminPassword}`).toString("base64");
    const response = await fetch(`${server.pdsUrl}/xrpc/${method}${query}`, {
      method: input.query === undefined ? "POST" : "GET",
      headers: {
        "x-ratelimit-bypass": server.rateLimitBypassKey,
        ...(input.token === undefined ? {} : { authorization: `Bearer ${input.token}` }),
        ...(input.admin === true ? { authorization: `Basic ${admin}` } : {}),
        ...(input.json === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(input.json === undefined ? {} : { body: JSON.stringify(input.json) }),
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`${method} answered ${response.status}: ${body}`);
    return body === "" ? undefined : JSON.parse(body);
  }

  async function recordOf(remoteId: string): Promise<z.infer<typeof StoredRecord>> {
    const [, , repo = "", collection = "", rkey = ""] = remoteId.split("/");
    return StoredRecord.parse(
      await xrpc("com.atproto.repo.getRecord", { query: { repo, collection, rkey } }),
    );
  }

  async function takeDown(input: { connection: Connection; applied: boolean }): Promise<void> {
    const did = didOf(input.connection);
    if (input.applied) takenDown.add(did);
    else takenDown.delete(did);
    await xrpc("com.atproto.admin.updateSubjectStatus", {
      admin: true,
      json: {
        subject: { $type: "com.atproto.admin.defs#repoRef", did },
        takedown: { applied: input.applied, ref: "test" },
      },
    });
  }

  async function sha256Of(did: string, cid: string): Promise<string> {
    const query = new URLSearchParams({ did, cid }).toString();
    const response = await fetch(`${server.pdsUrl}/xrpc/com.atproto.sync.getBlob?${query}`);
    if (!response.ok) throw new Error(`no such blob: ${response.status}`);
    return createHash("sha256")
      .update(new Uint8Array(await response.arrayBuffer()))
      .digest("hex");
  }

  const isThere = (remoteId: string): Promise<boolean> =>
    recordOf(remoteId).then(
      () => true,
      () => false,
    );

  /** A network's AppView, as far as one look needs it: recorded counts for the posts that the server has. */
  const recorded = await recordedPosts();
  const appView: FrontFault = async ({ request, response }) => {
    const uris = new URL(request.url ?? "/", front.url).searchParams.getAll("uris");
    const posts = [];
    for (const uri of uris) if (await isThere(uri)) posts.push({ ...recorded, uri });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ posts }));
  };

  let armed: { on: FaultStep; connection: Connection; fault: FrontFault } | undefined;
  front.choose = ({ method, token, search }) => {
    if (armed !== undefined && stepOf[method] === armed.on) {
      const { account, secrets } = armed.connection.authorized;
      const isTheirs =
        Object.values(secrets).includes(token) || search.get("repo") === account.remoteId;
      if (isTheirs) return armed.fault;
    }
    return method === "app.bsky.feed.getPosts" ? appView : undefined;
  };
  const arm =
    (fault: FrontFault) =>
    async (input: { on: FaultStep; connection: Connection }): Promise<void> => {
      armed = { ...input, fault };
    };

  return {
    server,
    front,
    xrpc,
    recordOf,
    takeDown,
    deps: { fetch, now: () => now, app: { baseUrl: front.url } },
    async person({ name }) {
      const handle = `${name}.test`;
      const password = randomBytes(12).toString("hex");
      const email = `${name}@example.com`;
      const account = z
        .object({ accessJwt: z.string() })
        .parse(
          await xrpc("com.atproto.server.createAccount", { json: { handle, email, password } }),
        );
      owners.set(name, account.accessJwt);
      const app = z.object({ password: z.string() }).parse(
        await xrpc("com.atproto.server.createAppPassword", {
          token: account.accessJwt,
          json: { name: "drumbeat" },
        }),
      );
      const credentials = { identifier: handle, appPassword: app.password };
      const wrongCredentials = { ...credentials, appPassword: "aaaa-bbbb-cccc-dddd" };
      return { auth: "credentials", credentials, wrongCredentials };
    },
    async pass(seconds) {
      now = new Date(now.getTime() + seconds * 1_000);
    },
    async readBack({ connection, remoteId }) {
      if (!(await isThere(remoteId))) return undefined;
      const { text, reply, embed } = StoredPost.parse((await recordOf(remoteId)).value);
      const did = didOf(connection);
      const shown =
        embed === undefined
          ? []
          : embed.$type === "app.bsky.embed.video"
            ? [{ kind: "video" as const, blob: embed.video, alt: embed.alt ?? "" }]
            : embed.images.map(({ image, alt }) => ({ kind: "image" as const, blob: image, alt }));
      const media = [];
      for (const { kind, blob, alt } of shown) {
        const sha256 = await sha256Of(did, blob.ref.$link);
        media.push({ kind, sha256, ...(alt === "" ? {} : { altText: alt }) });
      }
      return { text, ...(reply === undefined ? {} : { replyTo: reply.parent.uri }), media };
    },
    async countPosts(connection) {
      const did = didOf(connection);
      // What was published while an account is taken down would show once that is lifted.
      const wasTakenDown = takenDown.has(did);
      if (wasTakenDown) await takeDown({ connection, applied: false });
      const query = { repo: did, collection: "app.bsky.feed.post", limit: "100" };
      const listed = await xrpc("com.atproto.repo.listRecords", { query });
      if (wasTakenDown) await takeDown({ connection, applied: true });
      return z.object({ records: z.array(z.unknown()) }).parse(listed).records.length;
    },
    async removePost({ connection, remoteId }) {
      const [, , repo, collection, rkey] = remoteId.split("/");
      await xrpc("com.atproto.repo.deleteRecord", {
        token: connection.authorized.secrets["accessJwt"],
        json: { repo, collection, rkey },
      });
    },
    // Taking back an app password leaves the access token alive for its two hours; a takedown ends everything at once.
    revoke: (connection) => takeDown({ connection, applied: true }),
    async revokeAppPassword(user) {
      const json = { name: "drumbeat" };
      await xrpc("com.atproto.server.revokeAppPassword", { token: owners.get(user), json });
    },
    expired(accessJwt) {
      const [header = "", payload = ""] = accessJwt.split(".");
      const claims = z
        .record(z.string(), z.unknown())
        .parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
      const anHourAgo = Math.floor(Date.now() / 1_000) - 3_600;
      const body = { ...claims, iat: anHourAgo - 7_200, exp: anHourAgo };
      const signed = `${header}.${Buffer.from(JSON.stringify(body)).toString("base64url")}`;
      const key = Buffer.from(server.jwtSecret);
      return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
    },
    faults: {
      clear: async () => void (armed = undefined),
      rateLimit: ({ retryAfterSeconds, ...input }) => {
        const reset = Math.floor(now.getTime() / 1_000) + retryAfterSeconds;
        const headers = { "ratelimit-reset": String(reset) };
        const error = { error: "RateLimitExceeded", message: "Rate Limit Exceeded" };
        return arm(answering({ status: 429, headers, error }))(input);
      },
      refuse500: arm(answering({ status: 500, error: internalError })),
      accept500: arm(async (input) => {
        await accepted(input);
        await answering({ status: 500, error: internalError })(input);
      }),
      drop: arm(async (input) => {
        await accepted(input);
        input.response.destroy();
      }),
      reject: arm(
        answering({
          status: 400,
          error: { error: "InvalidRequest", message: "Invalid app.bsky.feed.post record" },
        }),
      ),
      async hang(input) {
        const hanging = Promise.withResolvers<void>();
        await arm(() => hanging.resolve())(input);
        return { reached: () => hanging.promise };
      },
    },
    async close() {
      await front.close();
      await server.close();
    },
  };
}

const internalError = { error: "InternalServerError", message: "Internal Server Error" };

function answering(input: {
  status: number;
  error: { error: string; message: string };
  headers?: Record<string, string>;
}): FrontFault {
  return ({ response }) => {
    response.writeHead(input.status, { "content-type": "application/json", ...input.headers });
    response.end(JSON.stringify(input.error));
  };
}

/** Fails loudly when the server did not accept what a test means it to have accepted. */
async function accepted(input: Parameters<FrontFault>[0]): Promise<void> {
  const answer = await input.accept();
  const body = await answer.text();
  if (!answer.ok) throw new Error(`the server answered ${answer.status}: ${body}`);
}

async function recordedPosts(): Promise<Record<string, unknown>> {
  const file = new URL("../../platforms/bluesky/fixtures/get-posts.json", import.meta.url);
  const answer: unknown = JSON.parse(await readFile(file, "utf8"));
  const { posts } = z.object({ posts: z.array(z.record(z.string(), z.unknown())) }).parse(answer);
  return posts[0] ?? {};
}

function didOf(connection: Connection): string {
  return connection.authorized.account.remoteId;
}
