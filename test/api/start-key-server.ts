import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server knows of a key. */
export type KeyFate = "good" | "bad" | "broke" | "slow" | "down" | "redirected" | "no-list";

export interface KeyServer {
  /** `127.0.0.1:<port>`, as EGRESS_ALLOW names it. */
  place: string;
  /** Ends in `/v1`. */
  baseUrl: string;
  /** Keys that it has been given, by what becomes of them. Any other is bad. */
  keys: Map<string, KeyFate>;
  /** Each request: its method, path and key. */
  asked: { what: string; key: string }[];
  close(): Promise<void>;
}

/**
 * Stands in for a server that speaks OpenAI's API: the list of models and the Responses API, with the answers and errors
 * that platform.openai.com/docs/api-reference and /docs/guides/error-codes show. What it does not know it refuses.
 */
export async function startKeyServer(): Promise<KeyServer> {
  const keys: KeyServer["keys"] = new Map();
  const asked: KeyServer["asked"] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const what = `${request.method} ${request.url}`;
      const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
      asked.push({ what, key });
      const answer = answerTo({ what, key, fate: keys.get(key) ?? "bad", body });
      if (answer === "hang") return;
      response.writeHead(answer.status, {
        "content-type": "application/json",
        ...(answer.status === 302 ? { location: "http://127.0.0.1:1/v1/models" } : {}),
      });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    place,
    baseUrl: `http://${place}/v1`,
    keys,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Answer = { status: number; body: unknown } | "hang";

const errors: Partial<Record<KeyFate, { status: number; type: string; code: string | null }>> = {
  bad: { status: 401, type: "invalid_request_error", code: "invalid_api_key" },
  broke: { status: 429, type: "insufficient_quota", code: "insufficient_quota" },
  down: { status: 503, type: "server_error", code: null },
  redirected: { status: 302, type: "", code: null },
  "no-list": { status: 404, type: "invalid_request_error", code: null },
};

function answerTo(ask: { what: string; key: string; fate: KeyFate; body: string }): Answer {
  const { what, key, fate, body } = ask;
  if (fate === "slow") return "hang";
  const error = errors[fate];
  // OpenAI's own words repeat a part of the key; the worst of servers repeats all of it.
  const message = `Incorrect API key provided: ${key}.`;
  if (error)
    return { status: error.status, body: { error: { ...error, message, param: null, key } } };
  if (what === "GET /v1/models") {
    // A hostile server tells the key to whoever may read the models.
    const ids = ["gpt-5.4-mini", "gpt-5.4", key, `ft:${key}`, "a name\u0000with a hole", "<b>"];
    return {
      status: 200,
      body: { object: "list", data: ids.map((id) => ({ id, object: "model", created: 1 })) },
    };
  }
  if (what === "POST /v1/responses") return { status: 200, body: responseTo(body) };
  return { status: 501, body: { error: { message: `There is no ${what}` } } };
}

function responseTo(body: string): object {
  const { model } = JSON.parse(body) as { model: string };
  const text = { type: "output_text", text: "Ahoy", annotations: [] };
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_780_000_000,
    status: "completed",
    incomplete_details: null,
    model,
    output: [
      { type: "message", id: "msg_1", status: "completed", role: "assistant", content: [text] },
    ],
    usage: {
      input_tokens: 3,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 1,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 4,
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
