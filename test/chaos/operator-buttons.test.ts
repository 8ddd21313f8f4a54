import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSweepActivities } from "#activities/sweep.ts";
import { taskQueues } from "#temporal.config";
import type { Provider } from "#providers/contract.ts";
import { modelsOf } from "#providers/models-of.ts";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startProduct, type Product } from "../harness/start-product.ts";
import { startReceiver, type Receiver } from "../harness/start-receiver.ts";
import { asSuperuser } from "../harness/tenant-rows.ts";
import { buttons, pressButton, type Button } from "./lib/press-button.ts";

interface Target {
  id: string;
  status: string;
  waitingFor: { reason: string } | null;
  removal: { status: string } | null;
  error: { code: string } | null;
}
interface Post {
  id: string;
  status: string;
  contentHash: string | null;
  targets: [Target, ...Target[]];
}
interface Ended {
  status: string;
  error: { code: string; detail: string } | null;
}

const finalRun = ["succeeded", "failed", "cancelled", "skipped"];

/**
 * Operators press every button of Temporal on every workflow of ours at every step. Within a minute the API tells the
 * truth, credits are settled, and nothing is out twice.
 *
 * There is no Schedule here: the sweep's work is done by calling its activities, which is all that its story does. It is
 * done each second instead of each half minute, and rows are made older than the 20 seconds that it leaves to those who
 * are about to start their workflows. So what it takes here is what it takes after the sweep has begun.
 */
describe("an operator presses", () => {
  let product: Product;
  let receiver: Receiver;
  let sweep: ReturnType<typeof createSweepActivities>;
  let number = 0;
  /** Holds every call of a model back until it is let go. */
  let hold: PromiseWithResolvers<void> | undefined;

  beforeAll(async () => {
    receiver = await startReceiver();
    product = await startProduct({
      deps: ({ providers }) => ({
        providers: new Map(
          [...providers].map(([name, one]) => [name, held(one, async () => hold?.promise)]),
        ),
      }),
    });
    sweep = createSweepActivities(product.deps);
  });
  afterAll(async () => {
    hold?.resolve();
    await product?.close();
    await receiver?.close();
  });

  const call = <Answer>(method: "GET" | "POST" | "PUT" | "PATCH", path: string, body?: object) =>
    product.client.call<Answer>(method, path, body);
  const read = (id: string) => call<Post>("GET", `/v1/posts/${id}`);
  const network = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${product.sandboxUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    expect(answer.ok).toBe(true);
    const text = await answer.text();
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  };
  const faults = (list: object[]) => network("PUT", "/_faults", { faults: list, seed: 1 });
  const accepted = async (user: string) =>
    (await network<{ text: string }[]>("GET", `/_log?account=${user}`)).map(({ text }) => text);
  const isRunning = async (workflowId: string) =>
    product.temporal.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        ({ status }) => status.name === "RUNNING",
        () => false,
      );

  const isDoing = async (activity: string, workflowId: string) => {
    const { raw } = await product.temporal.workflow.getHandle(workflowId).describe();
    const pending = raw.pendingActivities ?? [];
    return pending.some(
      ({ activityType, state }) => activityType?.name === activity && state === 2,
    );
  };

  /** Its story is being told just now: it does something on our own database, which is no activity of Temporal's. */
  const isTelling = async (workflowId: string) => {
    const { raw } = await product.temporal.workflow.getHandle(workflowId).describe();
    return raw.pendingWorkflowTask?.state === 2;
  };

  async function account(options: object = {}) {
    number += 1;
    const user = `operated${number}`;
    await network("POST", "/_accounts", { user, ...options });
    return { user, ...(await connectSandboxBySession(product, user)) };
  }

  async function publish(channelId: string, more: object = {}): Promise<string> {
    const { id } = await call<Post>("POST", "/v1/posts", {
      content: { text: "first" },
      targets: [{ channelId }],
      approval: "none",
      ...more,
    });
    return id;
  }

  /** One pass of the sweep over rows that nobody is about to start a workflow for. */
  async function mend(): Promise<void> {
    await asSuperuser(product.database, async (client) => {
      const older = "- interval '1 minute'";
      for (const [table, column] of [
        ["post", "updated_at"],
        ["connection", "updated_at"],
        ["generation", "created_at"],
        ["run", "created_at"],
        ["webhook_delivery", "created_at"],
        ["notification", "created_at"],
        ["target", "published_at"],
      ])
        await client.query(
          `update "${table}" set "${column}" = "${column}" ${older} where "${column}" > now() ${older}`,
        );
      await client.query(
        `update target set removal = jsonb_set(removal, '{at}', to_jsonb($1::text))
         where removal->>'status' = 'requested'`,
        [new Date(Date.now() - 60_000).toISOString()],
      );
    });
    await sweep.mendOrphans();
    await sweep.sweepOutbox();
  }

  /** Sweeps until it is as it should be, within the minute that is promised. */
  const within60s = <T>(what: string, ask: () => Promise<T>, satisfied: (answer: T) => boolean) =>
    eventually(
      what,
      async () => {
        await mend();
        return ask();
      },
      satisfied,
      60_000,
    );

  const press = (button: Button, workflowId: string) =>
    pressButton({ client: product.temporal, workflowId, button });

  /** The same subject for each button, each in the same state; then all buttons are pressed. */
  async function pressAll<Subject extends { workflowId: string }>(
    make: () => Promise<Subject>,
    ready: (subject: Subject) => Promise<boolean>,
  ): Promise<(Subject & { button: Button })[]> {
    const subjects: (Subject & { button: Button })[] = [];
    for (const button of buttons) subjects.push({ ...(await make()), button });
    await eventually(
      "the state in which they are pressed",
      async () => Promise.all(subjects.map(ready)),
      (all) => all.every(Boolean),
    );
    for (const { button, workflowId } of subjects) await press(button, workflowId);
    return subjects;
  }

  /** What was to be published is out once; what could still be cancelled never is. */
  async function expectOnce(
    posts: { id: string; user: string; button: Button }[],
    texts = ["first"],
  ): Promise<void> {
    for (const { id, user, button } of posts) {
      const post = await within60s(
        `the end after ${button}`,
        () => read(id),
        ({ status }) => ["published", "cancelled", "failed", "unconfirmed"].includes(status),
      );
      expect([button, post.status]).toEqual([
        button,
        button === "cancel" ? "cancelled" : "published",
      ]);
      expect([button, await accepted(user)]).toEqual([button, button === "cancel" ? [] : texts]);
    }
  }

  describe("on a post", () => {
    const subject = async (options: { account?: object; more?: object } = {}) => {
      const { user, channelId } = await account(options.account);
      const id = await publish(channelId, options.more);
      return { id, user, workflowId: `post/${id}` };
    };
    const stateIs =
      (...states: string[]) =>
      async ({ id }: { id: string }) =>
        states.includes((await read(id)).status);
    /** Those that go on, once their story is told again. */
    async function goingOn<Subject extends { id: string; workflowId: string; button: Button }>(
      all: Subject[],
      status: string,
    ): Promise<Subject[]> {
      const others = all.filter(({ button }) => button !== "cancel");
      await within60s(
        "their stories",
        async () => Promise.all(others.map(({ workflowId }) => isRunning(workflowId))),
        (running) => running.every(Boolean),
      );
      for (const { id } of others) expect((await read(id)).status).toBe(status);
      return others;
    }

    it("that awaits approval", async () => {
      const posts = await pressAll(
        () => subject({ more: { approval: "required" } }),
        stateIs("awaiting_approval"),
      );
      for (const { id } of await goingOn(posts, "awaiting_approval")) {
        const { contentHash } = await read(id);
        await call("POST", `/v1/posts/${id}/approve`, { contentHash: contentHash ?? "" });
      }
      await expectOnce(posts);
    });

    it("that waits for its time", async () => {
      const at = new Date(Date.now() + 3_600_000).toISOString();
      const posts = await pressAll(
        () => subject({ more: { schedule: { mode: "at", at } } }),
        async ({ id, workflowId }) =>
          (await isRunning(workflowId)) && (await read(id)).contentHash !== null,
      );
      for (const { id } of await goingOn(posts, "scheduled"))
        await call("POST", `/v1/posts/${id}/publish-now`);
      await expectOnce(posts);
    });

    it("that waits for its account", async () => {
      const posts = await pressAll(async () => {
        const { user, channelId } = await account();
        await network("POST", `/_accounts/${user}/revoke`, {});
        const id = await publish(channelId);
        return { id, user, workflowId: `post/${id}` };
      }, stateIs("blocked"));
      for (const { user } of await goingOn(posts, "blocked"))
        await connectSandboxBySession(product, user);
      await expectOnce(posts);
    });

    it("whose media is being uploaded", async () => {
      const picture = await sharp({
        create: { width: 64, height: 64, channels: 3, background: "#27496d" },
      })
        .png()
        .toBuffer();
      const form = new FormData();
      form.set("file", new Blob([new Uint8Array(picture)], { type: "image/png" }), "picture.png");
      const asset = await product.client.call<{ id: string }>("POST", "/v1/assets", form);
      await faults([{ on: "upload", kind: "hang", probability: 1 }]);
      const posts = await pressAll(
        () => subject({ more: { assets: [{ id: asset.id }] } }),
        async ({ workflowId }) => isDoing("createAtPlatform", workflowId),
      );
      await faults([]);
      await expectOnce(posts);
    });

    it("that is being sent: too late to cancel, and never sent again", async () => {
      await faults([{ on: "publish", kind: "slow", probability: 1, retryAfter: 4 }]);
      const posts: { id: string; user: string; button: Button }[] = [];
      // Each is pressed in the few seconds that its call takes.
      for (const button of buttons) {
        const { id, user, workflowId } = await subject();
        await eventually(
          "the call",
          () => read(id),
          ({ status }) => status === "publishing",
        );
        await press(button, workflowId);
        posts.push({ id, user, button });
      }
      for (const { id, user, button } of posts) {
        const { status } = await within60s(
          `the end after ${button}`,
          () => read(id),
          (post) => post.status !== "publishing",
        );
        expect([button, status, await accepted(user)]).toEqual([button, "published", ["first"]]);
      }
      await faults([]);
    });

    it("that the platform asked to wait", async () => {
      await faults([{ on: "publish", kind: "429", probability: 1, retryAfter: 5 }]);
      const posts = await pressAll(
        () => subject(),
        async ({ id }) => (await read(id)).targets[0].waitingFor?.reason === "rate_limit",
      );
      await faults([]);
      await expectOnce(posts);
    });

    it("of which one part is out and the next must wait", async () => {
      const posts = await pressAll(
        () =>
          subject({
            account: { publishLimit: { requests: 1, windowSeconds: 15 } },
            more: { parts: [{ kind: "thread", text: "second" }] },
          }),
        async ({ id }) => (await read(id)).targets[0].waitingFor?.reason === "rate_limit",
      );
      const [cancelled, ...others] = posts;
      expect(await read(cancelled?.id ?? "")).toMatchObject({ id: cancelled?.id });
      const stopped = await within60s(
        "the stop",
        () => read(cancelled?.id ?? ""),
        ({ status }) => status === "failed",
      );
      expect(stopped.targets[0].error?.code).toBe("stopped");
      expect(await accepted(cancelled?.user ?? "")).toEqual(["first"]);
      await expectOnce(others, ["first", "second"]);
    });
  });

  it("on the measuring of a post: it goes on, and counts nothing twice", async () => {
    const posts = await pressAll(
      async () => {
        const { channelId } = await account();
        const id = await publish(channelId);
        return { id, workflowId: `metrics/${id}` };
      },
      async ({ workflowId }) => isRunning(workflowId),
    );
    await within60s(
      "their measuring",
      async () => Promise.all(posts.map(({ workflowId }) => isRunning(workflowId))),
      (running) => running.every(Boolean),
    );
  });

  it("on the care for an account: it goes on", async () => {
    const accounts = await pressAll(
      async () => {
        const { connectionId } = await account();
        return { connectionId, workflowId: `connection/${connectionId}` };
      },
      async ({ workflowId }) => isRunning(workflowId),
    );
    await within60s(
      "their care",
      async () => Promise.all(accounts.map(({ workflowId }) => isRunning(workflowId))),
      (running) => running.every(Boolean),
    );
    for (const { connectionId } of accounts)
      expect(await call("GET", `/v1/connections/${connectionId}`)).toMatchObject({
        status: "active",
      });
  });

  it("on a take-down: it is done all the same", async () => {
    const ids: string[] = [];
    for (const _button of buttons) {
      const { channelId } = await account();
      ids.push(await publish(channelId));
    }
    const left = [...ids];
    for (const id of ids)
      await eventually(
        "publishing",
        () => read(id),
        ({ status }) => status === "published",
      );
    await faults([{ on: "remove", kind: "slow", probability: 1, retryAfter: 3 }]);
    await pressAll(
      async () => {
        const id = left.pop() ?? "";
        await call("POST", `/v1/posts/${id}/take-down`, {});
        return { workflowId: `takedown/${id}` };
      },
      async ({ workflowId }) => (await isRunning(workflowId)) || left.length === 0,
    );
    for (const id of ids) {
      const { targets } = await within60s(
        "the removal",
        () => read(id),
        (post) => post.targets[0].removal?.status !== "requested",
      );
      expect(targets[0].removal?.status).toBe("removed");
    }
    await faults([]);
  });

  it("on a webhook's delivery: it goes on where its row is", async () => {
    receiver.answers({ status: 500 });
    const { id } = await call<{ id: string }>("POST", "/v1/webhooks", {
      url: receiver.url,
      eventTypes: ["post.cancelled"],
    });
    const { channelId } = await account();
    interface Delivery {
      id: string;
      eventId: string;
      status: string;
      attempts: unknown[];
    }
    const deliveries = async () =>
      (await call<{ data: Delivery[] }>("GET", `/v1/webhooks/${id}/deliveries`)).data;
    for (const [index] of buttons.entries()) {
      const postId = await publish(channelId, { approval: "required" });
      await call("POST", `/v1/posts/${postId}/cancel`);
      await eventually(
        "the first try",
        deliveries,
        (all) => all.length > index && all.every(({ attempts }) => attempts.length > 0),
      );
    }
    const all = await deliveries();
    const workflowOf = ({ eventId }: Delivery) => `webhook/${eventId}/${id}`;
    for (const [index, button] of buttons.entries()) {
      const delivery = all[index];
      if (delivery) await press(button, workflowOf(delivery));
    }
    await within60s(
      "their delivery",
      async () => Promise.all(all.map((one) => isRunning(workflowOf(one)))),
      (running) => running.every(Boolean),
    );
    receiver.answers({ status: 200 });
    await within60s("their arrival", deliveries, (now) =>
      now.every(({ status }) => status === "delivered"),
    );
  });

  it("on the messages for a member: what waits to be sent is sent", async () => {
    receiver.answers({ status: 500 });
    await call("PUT", "/v1/notification-settings", {
      choices: { needs_approval: ["chat"] },
      chatUrl: receiver.url,
    });
    const { channelId } = await account();
    const id = await publish(channelId, { approval: "required" });
    const me = await call<{ user: { id: string }; workspace: { id: string } }>("GET", "/v1/me");
    const workflowId = `notify/${me.workspace.id}/${me.user.id}`;
    for (const button of buttons) {
      await within60s(`its story before ${button}`, () => isRunning(workflowId), Boolean);
      await press(button, workflowId);
    }
    await within60s("its story", () => isRunning(workflowId), Boolean);
    await call("POST", `/v1/posts/${id}/cancel`);
  });

  it("on the sweep: the next one does its work", async () => {
    const start = (workflowId: string) =>
      product.temporal.workflow.start("sweep", { workflowId, taskQueue: taskQueues.workflows });
    for (const [index, button] of buttons.entries()) {
      await start(`sweep-${index}`);
      await press(button, `sweep-${index}`);
    }
    const next = await start("sweep-next");
    await expect(next.result()).resolves.toMatchObject({ waiting: 0 });
  });

  const endOfGeneration = (id: string) =>
    within60s(
      "the generation's end",
      () => call<Ended>("GET", `/v1/generations/${id}`),
      ({ status }) => ["succeeded", "failed", "cancelled"].includes(status),
    );

  /** Every reservation is settled or given back, and the balance is the sum of all lines. */
  async function expectSettledCredits(): Promise<void> {
    await asSuperuser(product.database, async (client) => {
      const { rows: open } = await client.query(
        `select subject from credit_entry group by subject
         having bool_or(kind = 'reserve') and not bool_or(kind in ('settle', 'refund'))`,
      );
      expect(open).toEqual([]);
      const { rows } = await client.query<{ credits: number; sum: number }>(
        `select details.credits, (select sum(amount)::int from credit_entry where workspace_id = details.id) as sum
         from workspace_details details`,
      );
      for (const { credits, sum } of rows) expect(credits).toBe(sum);
    });
  }

  it.each(["text", "image"])(
    "on the generation of a %s: it ends, and is paid once or not at all",
    async (kind) => {
      hold = Promise.withResolvers();
      const generations = await pressAll(
        async () => {
          const { id } = await call<{ id: string }>("POST", "/v1/generations", {
            kind,
            prompt: "a lighthouse",
          });
          return { id, workflowId: `generation/${id}` };
        },
        async ({ workflowId }) => isDoing("askProvider", workflowId),
      );
      const done: [Button, string][] = [];
      for (const { id, button } of generations) {
        if (button.startsWith("reset")) hold.resolve();
        const { status, error } = await endOfGeneration(id);
        expect(error?.code).toBe(status === "failed" ? "workflow_ended" : undefined);
        done.push([button, status]);
      }
      expect(Object.fromEntries(done)).toEqual({
        cancel: "cancelled",
        terminate: "failed",
        "reset to the first task": "succeeded",
        "reset to a task in the middle": "succeeded",
        "reset to the last task": "succeeded",
        delete: "failed",
      });
      await expectSettledCredits();
    },
  );

  it("on a generation that nobody has begun: it ends, and is paid once or not at all", async () => {
    hold = undefined;
    await asSuperuser(product.database, async (client) => {
      // Whoever begins one waits for a lock that is held here.
      await client.query(`
        create function wait_for_test() returns trigger language plpgsql as
          $$ begin perform pg_advisory_xact_lock(4711); return new; end $$;
        create trigger wait_for_test before update on generation for each row
          when (old.status = 'queued') execute function wait_for_test();
        select pg_advisory_lock(4711)`);
      const generations = await pressAll(
        async () => {
          const { id } = await call<{ id: string }>("POST", "/v1/generations", {
            kind: "text",
            prompt: "a lighthouse",
          });
          return { id, workflowId: `generation/${id}` };
        },
        async ({ workflowId }) => isTelling(workflowId),
      );
      await client.query("select pg_advisory_unlock(4711)");
      for (const { id, button } of generations) {
        const { status } = await endOfGeneration(id);
        if (button === "cancel") expect(status).toBe("cancelled");
        if (button === "terminate") expect(status).toBe("failed");
        // Deleted before anybody began, it is as if it had never been started; or it was begun just then.
        if (button === "delete") expect(["succeeded", "failed"]).toContain(status);
        if (button.startsWith("reset")) expect(status).toBe("succeeded");
      }
      await client.query("drop trigger wait_for_test on generation; drop function wait_for_test");
    });
    await expectSettledCredits();
  });

  describe("on an agent's run", () => {
    async function agent(autonomy: "suggest" | "autopilot") {
      const { user, channelId } = await account();
      const { id } = await call<{ id: string }>("POST", "/v1/agents", {
        name: `Agent of ${user}`,
        brief: "Tell people about the lighthouse cafe.",
        channelIds: [channelId],
        schedule: { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" },
        autonomy,
        media: "none",
      });
      const { id: runId } = await call<{ id: string }>("POST", `/v1/agents/${id}/run`);
      return { user, runId, workflowId: `run/${runId}` };
    }
    const readRun = (runId: string) =>
      call<Ended & { postId: string | null }>("GET", `/v1/runs/${runId}`);
    const endOfRun = (runId: string) =>
      within60s(
        "the run's end",
        () => readRun(runId),
        ({ status }) => finalRun.includes(status),
      );

    it("while a model is asked: it is closed with the reason, or goes on after a reset", async () => {
      hold = Promise.withResolvers();
      const runs = await pressAll(
        () => agent("autopilot"),
        async ({ workflowId }) => isDoing("callRole", workflowId),
      );
      for (const { runId, user, button } of runs) {
        if (button.startsWith("reset")) hold.resolve();
        const { status, error } = await endOfRun(runId);
        const expected = button.startsWith("reset")
          ? ["succeeded", undefined, 1]
          : button === "cancel"
            ? ["cancelled", undefined, 0]
            : ["failed", "workflow_ended", 0];
        expect([button, status, error?.code, (await accepted(user)).length]).toEqual([
          button,
          ...expected,
        ]);
      }
      await expectSettledCredits();
    });

    it.each(["run", "post"])("while its post awaits approval, on the %s", async (where) => {
      hold = undefined;
      const runs = await pressAll(
        async () => {
          const made = await agent("suggest");
          const { postId } = await eventually(
            "the question",
            () => readRun(made.runId),
            ({ status }) => status === "awaiting_approval",
          );
          return {
            ...made,
            postId: postId ?? "",
            workflowId: where === "run" ? made.workflowId : `post/${postId}`,
          };
        },
        async () => true,
      );
      for (const { runId, postId, user, button } of runs) {
        await within60s(
          "both stories, or their end",
          async () => ({
            run: (await readRun(runId)).status,
            post: (await read(postId)).status,
            told: (await isRunning(`run/${runId}`)) && (await isRunning(`post/${postId}`)),
          }),
          ({ run, told }) => told || finalRun.includes(run),
        );
        const post = await read(postId);
        if (post.status === "awaiting_approval") {
          const { contentHash } = post;
          await call("POST", `/v1/posts/${postId}/approve`, { contentHash });
        }
        const { status } = await endOfRun(runId);
        // Who ends a run, however, has its post cancelled: it is the run's child.
        const ended = where === "run" ? ["cancel", "terminate", "delete"] : ["cancel"];
        expect([button, status, (await read(postId)).status, await accepted(user)]).toEqual(
          ended.includes(button)
            ? [button, "cancelled", "cancelled", []]
            : [button, "succeeded", "published", [expect.any(String)]],
        );
      }
      await expectSettledCredits();
    });
  });
});

/** The provider with its models' calls held back. */
function held(provider: Provider, wait: () => Promise<void>): Provider {
  const holding = <Model extends object>(model: Model): Model =>
    new Proxy(model, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (name !== "doGenerate" || typeof value !== "function") return value;
        return async (options: { abortSignal?: AbortSignal }) => {
          await Promise.race([wait(), abortOf(options.abortSignal)]);
          return Reflect.apply(value, target, [options]) as unknown;
        };
      },
    });
  return {
    ...provider,
    languageModel: (deps, id) => holding(modelsOf.language({ provider, deps, id })),
    imageModel: (deps, id) => holding(modelsOf.image({ provider, deps, id })),
  };
}

function abortOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
