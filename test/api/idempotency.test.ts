import { randomUUID } from "node:crypto";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "#api/app.ts";
import { IdempotencyRecord, Outbox, Post } from "#db/entities/index.ts";
import { inWorkspace, outsideWorkspaces } from "#db/orm.ts";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { asSuperuser } from "../harness/tenant-rows.ts";
import { person, program, type Caller } from "./callers.ts";
import { addChannel } from "./rows.ts";

let api: TestApi;
let owner: Caller;
let channelId: string;

beforeAll(async () => {
  api = await startApi();
  owner = await person(api);
  ({ channelId } = await addChannel(api, owner.workspaceId));
});

afterAll(async () => {
  await api?.close();
});

const textPost = (text: string) => ({ content: { text }, targets: [{ channelId }] });

function postWith(key: string, body: object, who = owner, app = api.app) {
  return app.inject({
    method: "POST",
    url: "/v1/posts",
    headers: { ...who.headers, "idempotency-key": key },
    payload: body,
  });
}

async function postsOf(text: string, workspaceId = owner.workspaceId): Promise<Post[]> {
  const posts = await inWorkspace(api.context.orm, workspaceId).find(Post, {});
  return posts.filter((post) => post.content.text === text);
}

describe("the same request with the same key", () => {
  it("is answered again as it was, and made once", async () => {
    const key = randomUUID();
    const [first, again] = [
      await postWith(key, textPost("once")),
      await postWith(key, textPost("once")),
    ];
    expect(first.statusCode).toBe(202);
    expect(first.headers["idempotent-replayed"]).toBeUndefined();
    expect(again.statusCode).toBe(202);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.headers["location"]).toBe(first.headers["location"]);
    expect(again.json()).toEqual(first.json());
    expect(await postsOf("once")).toHaveLength(1);
  });

  it("makes one post of 200 that come at the same time", async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => postWith(key, textPost("one of 200"))),
    );
    const made = answers.filter((answer) => answer.statusCode === 202);
    const busy = answers.filter((answer) => answer.statusCode === 409);
    expect(made.length + busy.length).toBe(200);
    expect(made.filter((answer) => !answer.headers["idempotent-replayed"])).toHaveLength(1);
    expect(new Set(made.map((answer) => answer.json<{ id: string }>().id)).size).toBe(1);
    for (const answer of busy) {
      expect(answer.json()).toMatchObject({ code: "request_in_progress" });
      expect(answer.headers["retry-after"]).toBe("1");
    }
    const posts = await postsOf("one of 200");
    expect(posts).toHaveLength(1);
    const started = api.told.filter(({ workflowId }) => workflowId === `post/${posts[0]?.id}`);
    expect(started).toEqual([{ what: "start publishPost", workflowId: `post/${posts[0]?.id}` }]);
  });

  it("makes one post where the connection was cut before the answer", async () => {
    const app = await buildApp(api.context);
    await app.listen({ port: 0, host: "127.0.0.1" });
    try {
      const key = randomUUID();
      const body = JSON.stringify(textPost("cut off"));
      const socket = net.connect((app.server.address() as AddressInfo).port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      const head = [
        "POST /v1/posts HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        `Content-Length: ${Buffer.byteLength(body)}`,
        `Cookie: ${owner.headers["cookie"]}`,
        `Idempotency-Key: ${key}`,
      ];
      await new Promise<void>((done) => {
        socket.write(`${head.join("\r\n")}\r\n\r\n${body}`, () => done());
      });
      socket.destroy();
      let answer = await postWith(key, textPost("cut off"), owner, app);
      while (answer.statusCode === 409)
        answer = await postWith(key, textPost("cut off"), owner, app);
      expect(answer.statusCode).toBe(202);
      // Whichever of the two made it, there is one, and both would have told of it.
      expect((await postsOf("cut off")).map(({ id }) => id)).toEqual([
        answer.json<{ id: string }>().id,
      ]);
    } finally {
      await app.close();
    }
  });

  it("says that the engine is delayed as long as it was not told, and makes nothing anew once it was", async () => {
    const key = randomUUID();
    api.setEngine("delayed");
    const first = await postWith(key, textPost("later"));
    api.setEngine("ready");
    const again = await postWith(key, textPost("later"));
    expect([first.json(), again.json()]).toEqual([
      expect.objectContaining({ engine: "delayed" }),
      first.json(),
    ]);
    expect(await postsOf("later")).toHaveLength(1);
    const id = first.json<{ id: string }>().id;
    const waiting = await outsideWorkspaces(api.context.orm).find(Outbox, {
      workflowId: `post/${id}`,
    });
    expect(waiting).toHaveLength(1);
  });

  it("is a new request after 48 hours", async () => {
    const key = randomUUID();
    await postWith(key, textPost("long ago"));
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
    for (const [later, made] of [
      [hours(47.9), 1],
      [hours(48.1), 2],
    ] as const) {
      const app = await buildApp({ ...api.context, now: () => later });
      const answer = await postWith(key, textPost("long ago"), owner, app);
      expect(answer.statusCode).toBe(202);
      expect(await postsOf("long ago")).toHaveLength(made);
      await app.close();
    }
  });
});

describe("a key that stood for something else", () => {
  it.each([
    ["another body", (key: string) => postWith(key, textPost("other"))],
    [
      "a change of another post",
      (key: string) =>
        owner.call("POST", `/v1/posts/${randomUUID()}/cancel`, {
          headers: { "idempotency-key": key },
        }),
    ],
  ])("is refused for %s on the same route", async (what, ask) => {
    const key = randomUUID();
    if (what === "another body") await postWith(key, textPost(what));
    else {
      const post = (await postWith(randomUUID(), textPost(what))).json<{ id: string }>();
      await owner.call("POST", `/v1/posts/${post.id}/cancel`, {
        headers: { "idempotency-key": key },
      });
    }
    const answer = await ask(key);
    expect(answer.json()).toMatchObject({ status: 422, code: "idempotency_key_reused" });
    expect(await postsOf("other")).toHaveLength(0);
  });

  it("is another one on another route, of another caller and in another workspace", async () => {
    const key = randomUUID();
    const robot = await program(api, owner, ["posts:write"]);
    const stranger = await person(api);
    const other = await addChannel(api, stranger.workspaceId);
    const text = "same key";
    const answers = [
      await postWith(key, textPost(text)),
      await postWith(key, textPost(text), robot),
      await postWith(
        key,
        { content: { text }, targets: [{ channelId: other.channelId }] },
        stranger,
      ),
    ];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(202);
      expect(answer.headers["idempotent-replayed"]).toBeUndefined();
    }
    const { id } = answers[0]?.json<{ id: string }>() ?? { id: "" };
    const cancelled = await owner.call("POST", `/v1/posts/${id}/cancel`, {
      headers: { "idempotency-key": key },
    });
    expect(cancelled.statusCode).toBe(200);
  });

  it.each(["", "with space", "ü", "x".repeat(256)])(
    "is refused where it is none: %j",
    async (key) => {
      const answer = await postWith(
        encodeURIComponent(key) === key ? key : "a b",
        textPost("bad key"),
      );
      expect(answer.json()).toMatchObject({ status: 400, code: "invalid_idempotency_key" });
    },
  );
});

describe("what was refused", () => {
  it("keeps nothing: the same key may be used for the mended request", async () => {
    const key = randomUUID();
    const wrong = { content: { text: "mended" }, targets: [{ channelId: randomUUID() }] };
    expect((await postWith(key, wrong)).statusCode).toBe(404);
    expect((await postWith(key, textPost("mended"))).statusCode).toBe(202);
  });

  it("leaves no trace where the transaction fails at its very end", async () => {
    await asSuperuser(api.database, (client) =>
      client.query(`
        create function refuse() returns trigger language plpgsql as $$ begin raise 'no room'; end $$;
        create trigger refuse before insert on idempotency_record
          for each row when (new.key = 'fails-at-the-end') execute function refuse();
      `),
    );
    const answer = await postWith("fails-at-the-end", textPost("rolled back"));
    expect(answer.statusCode).toBe(500);
    expect(await postsOf("rolled back")).toHaveLength(0);
    expect((await postWith(randomUUID(), textPost("rolled back"))).statusCode).toBe(202);
  });
});

describe("secrets", () => {
  it("of a key's creation are in the first answer and nowhere else", async () => {
    const ask = () =>
      owner.call("POST", "/v1/api-keys", {
        body: { name: "robot", scopes: ["posts:read"] },
        headers: { "idempotency-key": "make-a-key" },
      });
    const [first, again] = [await ask(), await ask()];
    const { key, ...shown } = first.json<{ key: string; prefix: string }>();
    expect(key).toMatch(/^drumbeat_live_/);
    expect(again.statusCode).toBe(201);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.json()).toEqual(shown);
    const records = await inWorkspace(api.context.orm, owner.workspaceId).find(
      IdempotencyRecord,
      {},
    );
    expect(JSON.stringify(records)).not.toContain(key);
    const keys = await owner.call("GET", "/v1/api-keys");
    expect(
      keys.json<{ data: { name: string }[] }>().data.filter(({ name }) => name === "robot"),
    ).toHaveLength(1);
  });
});

describe("an externalId", () => {
  it("is unique in its workspace, and finds what has it", async () => {
    const named = { ...textPost("named"), externalId: "order-4711" };
    const first = await owner.call("POST", "/v1/posts", { body: named });
    expect(first.statusCode).toBe(202);
    const { id } = first.json<{ id: string }>();
    const second = await owner.call("POST", "/v1/posts", { body: named });
    expect(second.json()).toMatchObject({
      status: 409,
      code: "external_id_taken",
      existingId: id,
      errors: [{ pointer: "/externalId" }],
    });
    const list = await owner.call("GET", "/v1/posts?externalId=order-4711");
    expect(list.json()).toMatchObject({ data: [{ id, externalId: "order-4711" }] });
    const stranger = await person(api);
    expect((await stranger.call("GET", "/v1/posts?externalId=order-4711")).json()).toMatchObject({
      data: [],
    });
  });

  it("is one post of many that come at once", async () => {
    const named = { ...textPost("raced"), externalId: "race" };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => owner.call("POST", "/v1/posts", { body: named })),
    );
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([
      202,
      ...Array<number>(9).fill(409),
    ]);
    expect(await postsOf("raced")).toHaveLength(1);
  });

  it("names generations too", async () => {
    const body = { kind: "text", prompt: "A line", externalId: "line-1" };
    const first = await owner.call("POST", "/v1/generations", { body });
    expect(first.statusCode).toBe(202);
    const second = await owner.call("POST", "/v1/generations", { body });
    expect(second.json()).toMatchObject({
      status: 409,
      existingId: first.json<{ id: string }>().id,
    });
    const list = await owner.call("GET", "/v1/generations?externalId=line-1");
    expect(list.json()).toMatchObject({ data: [{ externalId: "line-1" }] });
  });
});
