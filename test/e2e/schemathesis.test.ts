import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyScopes } from "#domain/permissions.ts";
import { run } from "../../scripts/lib/run.mjs";
import { apiClient, register } from "../harness/client.ts";
import { connectSandboxBySession } from "../harness/connect-sandbox.ts";
import { ensureSchemathesis } from "../harness/ensure-schemathesis.ts";
import { startProduct, type Product } from "../harness/start-product.ts";

const seed = 20_261_122;
/** Seconds of a run; what its shrinking takes comes on top. */
const budgetSeconds = 20;

/**
 * Left out, each with its reason:
 * - positive_data_acceptance: what fits the schema may still be refused for what it means (an unknown channel, a time that
 *   has passed), which no schema says.
 */
const leftOut = ["positive_data_acceptance"];

/** Operations that are not called, each with its reason. */
const uncalled: Record<string, string> = {
  "GET /v1/events": "its answer does not end",
  "GET /v1/generations/{id}/events": "its answer does not end while a generation runs",
  "POST /v1/auth/logout": "it ends the session that the others need",
  "DELETE /v1/sessions": "it ends the session that the others need",
  "DELETE /v1/sessions/{id}": "a listed session is the one that the others need",
  "POST /v1/auth/workspace": "it moves the session to another workspace",
  "DELETE /v1/api-keys/{id}": "a listed key is the one that the others need",
};

const tool = await ensureSchemathesis();
const missing = "missing" in tool ? tool.missing : undefined;

describe.skipIf(missing !== undefined)(`schemathesis ${missing ?? ""}`.trim(), () => {
  let product: Product;
  let callers: Record<"key" | "session", string>;

  beforeAll(async () => {
    product = await startProduct();
    // Something to find in every list.
    const { channelId } = await connectSandboxBySession(product, "ada");
    await product.client.call("POST", "/v1/posts", {
      content: { text: "at another time" },
      targets: [{ channelId }],
      schedule: { mode: "at", at: "2099-01-01T00:00:00Z" },
    });
    const cookie = await register(product.origin, {
      name: "Sue",
      email: "sue@example.org",
      password: "correct-horse-battery",
    });
    const { key } = await apiClient(product.origin, { cookie }).call<{ key: string }>(
      "POST",
      "/v1/api-keys",
      { name: "schemathesis", scopes: [...keyScopes] },
    );
    callers = { key: `Authorization: Bearer ${key}`, session: `Cookie: ${cookie}` };
  });

  afterAll(async () => {
    await product?.close();
  });

  it.each([
    ["key", "examples,coverage,fuzzing"],
    ["session", "examples,coverage,fuzzing"],
    ["key", "stateful"],
  ] as const)(
    "finds no 5xx and no undocumented answer, asking by %s: %s",
    async (caller, phases) => {
      if ("missing" in tool) return;
      const exclusions = Object.keys(uncalled).flatMap((name) => ["--exclude-name", name]);
      const done = await run({
        command: tool.command,
        args: [
          "run",
          `${product.origin}/openapi.json`,
          ...["--url", product.origin],
          ...["--header", callers[caller]],
          ...["--checks", "all", "--exclude-checks", leftOut.join(",")],
          ...["--phases", phases],
          ...["--seed", String(seed), "--max-time", String(budgetSeconds)],
          // One worker: the same seed then asks the same, and Python before 3.12 parses in one thread only.
          ...["--max-examples", "8", "--workers", "1", "--request-timeout", "20"],
          ...["--warnings", "off", "--no-color"],
          ...exclusions,
        ],
        env: { ...process.env, NO_COLOR: "1" },
        timeoutMs: 240_000,
      });
      expect(done.code, done.stdout.slice(-12_000) + done.stderr.slice(-2_000)).toBe(0);
    },
  );
});
