import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provider } from "#providers/sandbox/index.ts";
import { providerContract, type ProviderHarness, type Situation } from "./provider-contract.ts";

providerContract({
  name: "sandbox",
  provider,
  start: startSandbox,
  // A transcript is asked for without words.
  wordless: ["transcribe"],
});

async function startSandbox(): Promise<ProviderHarness> {
  const usual = process.env["TMPDIR"];
  // Jobs outlive their process by a day, and so would those of a test.
  const folder = await mkdtemp(join(tmpdir(), "sandbox-provider-"));
  process.env["TMPDIR"] = folder;
  return {
    deps: {
      fetch: refuseFetch,
      credentials: {},
      ffmpegPath: process.env["FFMPEG_PATH"] ?? "ffmpeg",
    },
    arrange: directiveFor,
    underWay: () => Promise.resolve(),
    requests: () => [],
    faults: [
      "rate_limited",
      "quota",
      "content_policy",
      "invalid_input",
      "provider_down",
      "unauthorized",
      "timeout",
    ],
    async close() {
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
      await rm(folder, { recursive: true });
    },
  };
}

const jobEnds = {
  completed: "looks=1",
  failed: "looks=1 job-error",
  refused: "looks=1 refuse",
  never: "stuck",
};

function directiveFor(situation: Situation): string {
  switch (situation.does) {
    case "clumsy planner":
      return "[[sandbox invalid]]";
    case "bad tool input":
      return "[[sandbox bad-tool-input]]";
    case "refuse":
      return "[[sandbox refuse]]";
    case "hang":
      return "[[sandbox wait=3600]]";
    case "job":
      return `[[sandbox ${jobEnds[situation.ends]}]]`;
    case "fail": {
      const wait =
        situation.retryAfterSeconds === undefined
          ? ""
          : ` retry-after=${situation.retryAfterSeconds}`;
      return `[[sandbox error=${situation.code}${wait}]]`;
    }
    default:
      return "";
  }
}

function refuseFetch(): Promise<Response> {
  return Promise.reject(new Error("The sandbox must not use the network."));
}
