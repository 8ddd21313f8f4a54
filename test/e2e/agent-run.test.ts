import { afterEach, describe, expect, it } from "vitest";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { eventually } from "../harness/installation.ts";
import { startOpenAiServer, type OpenAiServer } from "../contracts/start-openai-server.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

interface Run {
  status: string;
  postId: string | null;
  credits: number;
  error: unknown;
  steps: {
    kind: string;
    name: string;
    status: string;
    error: { code: string } | null;
    model: string | null;
  }[];
}

/** The same story whoever the model is: two tool calls, one unusable answer, its correction, a post that goes out once. */
describe("an agent's run whose model calls two tools and answers wrongly once", () => {
  let product: Product | undefined;
  let openai: OpenAiServer | undefined;

  afterEach(async () => {
    await product?.close();
    await openai?.close();
    product = undefined;
    openai = undefined;
  });

  async function runAgent(
    at: Product,
    model: string,
  ): Promise<{ run: Run; log: { text: string }[] }> {
    const { channelId } = await connectSandboxBySession(at, "ada");
    const agent = await at.client.call<{ id: string }>("POST", "/v1/agents", {
      name: "Harbor",
      brief: "Tell people about the lighthouse cafe.",
      channelIds: [channelId],
      schedule: { days: ["mon"], times: ["09:00"], timeZone: "Europe/Berlin" },
      autonomy: "autopilot",
      media: "none",
      model,
    });
    const { id } = await at.client.call<{ id: string }>("POST", `/v1/agents/${agent.id}/run`);
    const run = await eventually(
      "the run's end",
      () => at.client.call<Run>("GET", `/v1/runs/${id}`),
      ({ status }) => ["succeeded", "failed", "cancelled", "skipped"].includes(status),
    );
    const log = (await (await fetch(`${at.sandboxUrl}/_log?account=ada`)).json()) as {
      text: string;
    }[];
    return { run, log };
  }

  const steps = (run: Run) =>
    run.steps.map(({ kind, name, status }) => `${kind} ${name} ${status}`);

  it("with the sandbox's clumsy model", async () => {
    product = await startProduct();
    const { run, log } = await runAgent(product, "sandbox/sandbox-text-clumsy");
    expect(run).toMatchObject({ status: "succeeded", error: null });
    expect(steps(run).slice(0, 5)).toEqual([
      "gather gather succeeded",
      "model planner succeeded",
      "tool recent_posts succeeded",
      "tool post_metrics succeeded",
      "model planner failed",
    ]);
    expect(run.steps.find((step) => step.status === "failed")?.error?.code).toBe("invalid_answer");
    expect(steps(run)[5]).toBe("model planner succeeded");
    expect(log).toHaveLength(1);
  });

  it("with OpenAI's protocol, spoken by a server that is not ours", async () => {
    openai = await startOpenAiServer();
    const { baseUrl } = openai;
    product = await startProduct({
      deps: () => ({
        providerCredentials: () => ({ apiKey: "sk-test", baseUrl, api: "responses" }),
      }),
    });
    openai.script([
      {
        toolCalls: [
          { name: "recent_posts", arguments: JSON.stringify({ limit: 5 }), id: "call_1" },
        ],
      },
      {
        toolCalls: [
          { name: "post_metrics", arguments: JSON.stringify({ postId: null }), id: "call_2" },
        ],
      },
      { content: "Certainly! Here is my plan." },
      {
        content: JSON.stringify({
          idea: "The lamp room is open",
          angle: "An invitation",
          reason: "Nobody was told yet",
          wantsImage: false,
          imagePrompt: null,
        }),
      },
      {
        content: JSON.stringify({
          text: "Climb up: the lamp room is open today.",
          title: null,
          altText: null,
        }),
      },
    ]);
    const { run, log } = await runAgent(product, "openai/gpt-4.1-mini");
    expect(run).toMatchObject({ status: "succeeded", error: null });
    expect(steps(run).slice(0, 8)).toEqual([
      "gather gather succeeded",
      "model planner succeeded",
      "tool recent_posts succeeded",
      "model planner succeeded",
      "tool post_metrics succeeded",
      "model planner failed",
      "model planner succeeded",
      "model writer succeeded",
    ]);
    expect(run.steps[1]?.model).toBe("openai/gpt-4.1-mini");
    expect(log.map(({ text }) => text)).toEqual(["Climb up: the lamp room is open today."]);
  });
});
