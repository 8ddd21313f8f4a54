import { LLMock } from "@copilotkit/aimock";

type Scripted = Parameters<LLMock["on"]>[1] extends infer R
  ? Exclude<R, (...args: never[]) => unknown>
  : never;

export type OpenAiAnswer = Scripted | "hang";

export interface OpenAiServer {
  /** Ends in `/v1`. */
  baseUrl: string;
  /** The answers to the next requests, in this order, whichever API they come to; forgets earlier ones. */
  script(answers: readonly OpenAiAnswer[]): void;
  close(): Promise<void>;
}

/**
 * Starts an OpenAI-compatible server on a free port of the loopback: aimock, a package that is not ours, which speaks
 * Responses, Chat Completions, Images, Speech and Transcriptions. It answers from a script.
 */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  let script: OpenAiAnswer[] = [];
  const next = (): Promise<never> | Scripted => {
    const answer = script.shift();
    if (answer === undefined)
      return { error: { message: "The script is at its end.", type: "server_error" }, status: 500 };
    return answer === "hang" ? new Promise<never>(() => {}) : answer;
  };
  const server = new LLMock({ port: 0, host: "127.0.0.1" });
  const answerAll = next as Parameters<LLMock["on"]>[1];
  server.on({ endpoint: "chat" }, answerAll);
  server.on({ endpoint: "image" }, answerAll);
  server.on({ endpoint: "speech" }, answerAll);
  server.on({ endpoint: "transcription" }, answerAll);
  await server.start();
  return {
    baseUrl: `${server.url}/v1`,
    script: (answers) => {
      script = [...answers];
    },
    close: () => server.stop(),
  };
}
