import type { JSONValue } from "@ai-sdk/provider";
import { experimental_getVideoStatus as getVideoStatus, type ModelMessage } from "ai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { askModel, type AskModelOptions, type ModelAnswer } from "#activities/lib/ask-model.ts";
import {
  classifyFailedJob,
  classifyModelError,
  type ModelErrorCode,
} from "#activities/lib/classify-model-error.ts";
import { downloadOutput } from "#activities/lib/download-output.ts";
import { correctionMessages, toolResultsMessage } from "#activities/lib/reply-to-answer.ts";
import type { Plan, RoleContext } from "#agents/contract.ts";
import { planner } from "#agents/roles/planner/index.ts";
import {
  type GenerationTask,
  type InputMedia,
  type InputRole,
  kindOfTask,
} from "#domain/generation-tasks.ts";
import { withTempFolder } from "#media/with-temp-folder.ts";
import { modelsOf } from "#providers/models-of.ts";
import type { ModelEntry, Provider, ProviderDeps } from "#providers/contract.ts";
import { maximumTurns } from "#temporal.config";
import { performTask } from "./perform-task.ts";
import type { RecordedRequest } from "./record-requests.ts";
import { checkRequest, type RequestRule, unusedIn, withoutPrivacy } from "./request-rules.ts";

/** What the provider is to do in the next call or conversation. */
export type Situation =
  | { does: "text" }
  | { does: "output" }
  /** Two tool calls, then an answer that breaks the schema, then a right one. */
  | { does: "clumsy planner" }
  | { does: "bad tool input" }
  | { does: "refuse" }
  /** Makes what the task asks for; a job is taken, and is under way. */
  | { does: "make"; task: GenerationTask }
  | { does: "hang"; task: GenerationTask }
  | { does: "fail"; task: GenerationTask; code: ModelErrorCode; retryAfterSeconds?: number }
  /** A job that is pending at the first look, and then ends so. */
  | { does: "job"; task: GenerationTask; ends: JobEnd }
  /** Answers that the credentials are fine. */
  | { does: "check" };

/** `refused`: by the content policy. `never`: it is pending until it is cancelled. */
export type JobEnd = "completed" | "failed" | "refused" | "never";

export interface ProviderHarness {
  deps: ProviderDeps;
  /** Makes the provider do that; resolves to words to add to the prompt, where it has to be asked in them. */
  arrange(situation: Situation): string;
  /** Resolves when a call that hangs is under way. */
  underWay(): Promise<void>;
  /** Everything sent since the start; empty for a provider that sends nothing. */
  requests(): RecordedRequest[];
  /** Codes that `arrange` can bring about. */
  faults: ModelErrorCode[];
  close(): Promise<void>;
}

export interface ProviderContract {
  name: string;
  provider: Provider;
  start(): Promise<ProviderHarness>;
  /** All that may leave, of a provider that sends anything; each rule and each of its fields must be seen. */
  rules?: readonly RequestRule[];
  /** Headers that carry the key or ask for privacy. */
  headers?: readonly string[];
  /** True where the server that stands in for the provider knows no refusals. */
  neverRefuses?: boolean;
  /** What a person has to set, when credentials are needed. */
  needs?: { variable: string };
  /** Tasks that have no words in which the harness could ask for a fault. */
  wordless?: readonly GenerationTask[];
  /** The models that are tried, where the server does not serve all: by default, all. */
  tasks?: readonly GenerationTask[];
}

/** Which of a provider's models does a task. */
const factoryOf: Record<GenerationTask, keyof typeof modelsOf> = {
  write: "language",
  text_to_image: "image",
  edit_image: "image",
  speech: "speech",
  music: "sound",
  sound: "sound",
  transcribe: "transcription",
  text_to_video: "video",
  image_to_video: "video",
  frames_to_video: "video",
  references_to_video: "video",
  extend_video: "video",
  enhance_video: "video",
};

const caption = z.object({
  text: z.string().min(1).max(200).describe("The caption."),
  altText: z.string().nullable().describe("Describes the image, or null."),
  wantsImage: z.boolean(),
});

const context: RoleContext = {
  agentName: "Corner bakery",
  brief: "Promote the sourdough workshops of our bakery.",
  brandVoice: "Warm, plain words.",
  channels: [{ platform: "sandbox", name: "Bakery page", textMax: 300, unit: "graphemes" }],
  media: "image",
  now: "2026-11-23T08:00:00Z",
  timeZone: "Europe/Berlin",
  plan: null,
};

/** The suite that every AI provider passes. */
export function providerContract(contract: ProviderContract): void {
  const { name, provider, start, rules, headers = [], neverRefuses, needs } = contract;
  const { wordless = [], tasks = tasksOf(provider) } = contract;
  const media = tasks.filter((task) => task !== "write");
  describe(`provider ${name}`, () => {
    let harness: ProviderHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(async () => {
      await harness.close();
    });

    const check = (request: RecordedRequest) =>
      checkRequest({ request, rules: rules ?? [], headers });
    const call = (task: GenerationTask, prompt: string, options: CallOptions = {}) =>
      performTask({
        provider,
        deps: harness.deps,
        entry: options.entry ?? defaultFor(provider, task),
        task,
        prompt,
        signal: options.signal,
      });
    const privacy = () => provider.privacyOptions("text", harness.deps);
    const textModel = () =>
      modelsOf.language({
        provider,
        deps: harness.deps,
        id: defaultFor(provider, "write").id,
      });
    const ask = <T = unknown>(
      prompt: string,
      options: Partial<AskModelOptions<T>> = {},
    ): Promise<ModelAnswer<T>> =>
      askModel<T>({
        model: textModel(),
        system: "You write short captions.",
        messages: [{ role: "user", content: prompt }],
        privacyOptions: privacy(),
        ...options,
      });
    /** Of any task: text is asked through askModel, as agents do. */
    const askFor = async (task: GenerationTask, prompt: string, signal?: AbortSignal) =>
      task === "write"
        ? ask(prompt, signal && { signal })
        : call(task, prompt, signal && { signal });

    it("has a manifest with one default per task and whole prices", () => {
      const { manifest } = provider;
      expect(manifest.name).toMatch(/^[a-z][a-z0-9-]*$/u);
      expect(manifest.title).not.toBe("");
      expect(manifest.keeps).toMatch(/\.$/u);
      const ids = manifest.models.map(({ kind, id }) => `${kind}/${id}`);
      expect(new Set(ids).size).toBe(ids.length);
      for (const task of new Set(manifest.models.flatMap((model) => model.tasks))) {
        const defaults = manifest.models.filter((model) => model.defaultFor.includes(task));
        expect(defaults, `defaults for ${task}`).toHaveLength(1);
      }
      for (const model of manifest.models) {
        expect(
          Number.isInteger(model.credits) && model.credits > 0,
          `${model.id} costs ${model.credits}`,
        ).toBe(true);
        for (const task of model.defaultFor) expect(model.tasks).toContain(task);
        for (const task of model.tasks) {
          expect(kindOfTask(task)).toBe(model.kind);
          for (const [role, media] of neededFor[task] ?? [])
            expect(model.inputs?.[role], `${model.id} needs ${role} for ${task}`).toMatchObject({
              media,
              max: expect.any(Number),
            });
        }
        expectWellFormed(model);
        for (const size of model.settings?.sizes ?? []) expect(size).toMatch(/^\d{3,4}x\d{3,4}$/u);
      }
    });

    it("gives every model of its manifest", () => {
      for (const { id, tasks } of provider.manifest.models)
        for (const task of tasks) {
          const model = modelsOf[factoryOf[task]]({ provider, deps: harness.deps, id });
          expect(model).toMatchObject({ modelId: id });
        }
    });

    if (needs !== undefined) {
      it("says what to set when its credentials are missing", () => {
        expect(provider.manifest.needsKey).toBe(needs.variable);
        // Some libraries would take a key from the environment, which no workspace has asked for.
        for (const name of readByLibraries) vi.stubEnv(name, "from-the-environment");
        onTestFinished(() => void vi.unstubAllEnvs());
        for (const credentials of [{}, { apiKey: " " }])
          for (const task of tasksOf(provider)) {
            const { id } = defaultFor(provider, task);
            const deps = { ...harness.deps, credentials };
            const error = thrownBy(() => modelsOf[factoryOf[task]]({ provider, deps, id }));
            expect(error.message).toContain(needs.variable);
            expect(classifyModelError(error)).toMatchObject({
              code: "unauthorized",
              retryable: false,
              message: error.message,
            });
          }
      });

      it("looks whether its credentials work with one cheap call", async () => {
        if (provider.check === undefined) return expect.fail("no check");
        const { signal } = new AbortController();
        harness.arrange({ does: "check" });
        const before = harness.requests().length;
        const { models } = await provider.check(harness.deps, signal);
        expect(models.every((id) => typeof id === "string" && id !== "")).toBe(true);
        expect(harness.requests().slice(before)).toMatchObject([{ method: "GET" }]);
        const [task] = tasks;
        if (task === undefined) return;
        harness.arrange({ does: "fail", task, code: "unauthorized" });
        const error = await rejection(provider.check(harness.deps, signal));
        expect(classifyModelError(error)).toMatchObject({ code: "unauthorized" });
        expectNoKey(error, harness);
        const without = provider.check({ ...harness.deps, credentials: {} }, signal);
        expect(classifyModelError(await rejection(without)).message).toContain(needs.variable);
      });
    }

    if (tasks.includes("write")) {
      it("writes text", async () => {
        const words = harness.arrange({ does: "text" });
        const answer = await ask(`Write a caption about sourdough workshops. ${words}`);
        expect(answer).toMatchObject({
          kind: "text",
          finishReason: "stop",
          text: expect.stringMatching(/\S/u),
        });
        expect(answer.usage.inputTokens).toBeGreaterThan(0);
        expect(answer.usage.outputTokens).toBeGreaterThan(0);
        expectPlain(answer);
      });

      it("answers with an object that fits a schema", async () => {
        const words = harness.arrange({ does: "output" });
        const answer = await ask(`Write a caption about sourdough workshops. ${words}`, {
          output: caption,
        });
        if (answer.kind !== "output") return expect.fail(JSON.stringify(answer));
        expect(caption.parse(answer.output)).toEqual(answer.output);
        expectPlain(answer);
      });

      it("plans a post with two tool calls, one unusable answer and one right one", async () => {
        const words = harness.arrange({ does: "clumsy planner" });
        const { kinds, called, plan } = await runPlanner({
          options: { model: textModel(), privacyOptions: privacy() },
          context: { ...context, brief: `${context.brief} ${words}` },
        });
        expect([...called].sort()).toEqual(["post_metrics", "recent_posts"]);
        expect(kinds.filter((kind) => kind === "invalid")).toHaveLength(1);
        expect(kinds.at(-1)).toBe("output");
        expect(planner.output.parse(plan)).toEqual(plan);
      });

      it("has a tool call with wrong input reported, and takes the correction", async () => {
        const words = harness.arrange({ does: "bad tool input" });
        const conversation = {
          model: textModel(),
          privacyOptions: privacy(),
          tools: planner.tools,
          output: planner.output,
        };
        const messages: ModelMessage[] = [
          { role: "user", content: `Plan a post about sourdough workshops. ${words}` },
        ];
        const first = await askModel({ ...conversation, messages });
        if (first.kind !== "invalid") return expect.fail(JSON.stringify(first));
        expect(first.problems.join("\n")).toMatch(/^Call of recent_posts: limit: /u);
        messages.push(
          ...correctionMessages({ answer: first, correction: planner.correction(first.problems) }),
        );
        const second = await askModel({ ...conversation, messages });
        expect(second).toMatchObject({ kind: "tool_calls" });
      });

      if (neverRefuses !== true) {
        it("reports a refusal as the content policy's", async () => {
          const words = harness.arrange({ does: "refuse" });
          const error = await rejection(ask(`Write something vile. ${words}`));
          expect(classifyModelError(error)).toMatchObject({
            code: "content_policy",
            retryable: false,
          });
        });
      }

      it("records what was sent by name, size and hash, without content", async () => {
        const words = harness.arrange({ does: "text" });
        const { sent } = await ask(`Write about the zeppelin bakery. ${words}`);
        expect(sent.fields.map((field) => field.name)).toEqual(["system", "messages[0].user"]);
        expect(sent.privacy).toEqual(privacy());
        expect(JSON.stringify(sent)).not.toMatch(/zeppelin|captions/u);
      });
    }

    for (const task of media) {
      const entries = provider.manifest.models.filter((model) => model.tasks.includes(task));
      it.each(entries.map((entry) => [entry.id, entry] as const))(
        `does ${task} with %s`,
        async (_, entry) => {
          const words = harness.arrange({ does: "make", task });
          const before = harness.requests().length;
          const made = await call(task, `Sourdough on a wooden table. ${words}`, { entry });
          await expectMade(made, entry);
          if (rules !== undefined) expect(harness.requests().length).toBeGreaterThan(before);
        },
      );
    }

    it.each(tasks)("makes no call for %s when it is cancelled already", async (task) => {
      const words = harness.arrange({ does: "make", task });
      const before = harness.requests().length;
      const error = await rejection(askFor(task, `Write. ${words}`, AbortSignal.abort()));
      expect(classifyModelError(error)).toMatchObject({ code: "cancelled", retryable: false });
      expect(harness.requests()).toHaveLength(before);
    });

    const toldToWait = tasks.filter((task) => !wordless.includes(task));
    it.each(toldToWait)(
      "ends at once when a call for %s is cancelled or times out",
      async (task) => {
        for (const [reason, code] of [
          [undefined, "cancelled"],
          [new DOMException("Too long.", "TimeoutError"), "timeout"],
        ] as const) {
          const words = harness.arrange({ does: "hang", task });
          const controller = new AbortController();
          const waiting = harness.underWay();
          const asked = rejection(askFor(task, `Write. ${words}`, controller.signal));
          await Promise.race([waiting, asked]);
          controller.abort(reason);
          expect(classifyModelError(await asked).code).toBe(code);
        }
      },
    );

    it.each(toldToWait)(
      "fails for %s in ways that are told apart, and names no key and no prompt",
      async (task) => {
        for (const code of harness.faults) {
          const wait = code === "rate_limited" ? { retryAfterSeconds: 7 } : {};
          const words = harness.arrange({ does: "fail", task, code, ...wait });
          const error = await rejection(askFor(task, `The zeppelin bakery. ${words}`));
          const verdict = classifyModelError(error);
          expect(verdict).toMatchObject({
            code,
            retryable: ["rate_limited", "provider_down", "timeout"].includes(code),
            ...wait,
          });
          expect(JSON.stringify(verdict)).not.toContain("zeppelin");
          expectNoKey(error, harness);
        }
      },
    );

    const jobs = tasks.filter((task) => factoryOf[task] === "video");
    if (jobs.length > 0) {
      const begin = async (task: GenerationTask, ends: JobEnd): Promise<JSONValue> => {
        const words = harness.arrange({ does: "job", task, ends });
        const begun = await call(task, `Sourdough on a wooden table. ${words}`);
        if (begun.kind !== "job") return expect.fail(`${task} is no job`);
        expectPlain(begun.operation);
        expect(JSON.stringify(begun.operation).length).toBeLessThan(2_000);
        return begun.operation;
      };
      const look = (task: GenerationTask, operation: JSONValue, signal?: AbortSignal) => {
        const { id } = defaultFor(provider, task);
        // Made anew each time: whoever looks may be another process than the one that started it.
        return getVideoStatus(modelsOf.video({ provider, deps: harness.deps, id }), {
          operation,
          maxRetries: 0,
          ...(signal && { abortSignal: signal }),
        });
      };
      const lookUntilDone = async (task: GenerationTask, operation: JSONValue) => {
        for (let looks = 0; looks < 20; looks += 1) {
          const status = await look(task, operation);
          if (status.status !== "pending") return status;
          const { fraction, queuePosition } = provider.jobProgress?.(status.providerMetadata) ?? {};
          if (fraction !== undefined) expect(fraction >= 0 && fraction <= 1).toBe(true);
          if (queuePosition !== undefined) expect(Number.isInteger(queuePosition)).toBe(true);
        }
        return expect.fail(`${task} is pending for ever`);
      };

      it.each(jobs)(
        "starts %s as a job that is pending at first and then completed",
        async (task) => {
          const operation = await begin(task, "completed");
          expect(await look(task, operation)).toMatchObject({ status: "pending" });
          const done = await lookUntilDone(task, operation);
          if (done.status !== "completed") return expect.fail(JSON.stringify(done));
          const [file] = done.videos;
          if (file === undefined) return expect.fail("no video");
          expectNoKey(new Error(JSON.stringify(file.type === "url" ? file : {})), harness);
          const { fetch } = harness.deps;
          const { signal } = new AbortController();
          await withTempFolder(async (folder) => {
            const filePath = join(folder, "output");
            const made = await downloadOutput({ file, fetch, filePath, signal });
            const data = "path" in made ? await readFile(made.path) : Buffer.from(made.data);
            expect(data.subarray(4, 8).toString("latin1")).toBe("ftyp");
          });
        },
      );

      it.each(["failed", "refused"] as const)("tells that a job %s", async (ends) => {
        const [task] = jobs;
        if (task === undefined) return;
        const operation = await begin(task, ends);
        const done = await lookUntilDone(task, operation);
        if (done.status !== "error") return expect.fail(done.status);
        expect(classifyFailedJob(done.error)).toMatchObject({
          code: ends === "refused" ? "content_policy" : "provider_down",
          retryable: false,
        });
        expectNoKey(new Error(done.error), harness);
      });

      if (rules !== undefined) {
        it("tells what keeps it from looking at a job apart from the job's end", async () => {
          const [task] = jobs;
          if (task === undefined) return;
          const operation = await begin(task, "never");
          for (const code of ["provider_down", "rate_limited", "unauthorized"] as const) {
            harness.arrange({ does: "fail", task, code });
            const error = await rejection(look(task, operation));
            expect(classifyModelError(error)).toMatchObject({ code });
            expectNoKey(error, harness);
          }
          harness.arrange({ does: "hang", task });
          const controller = new AbortController();
          const waiting = harness.underWay();
          const looking = rejection(look(task, operation, controller.signal));
          await Promise.race([waiting, looking]);
          controller.abort();
          expect(classifyModelError(await looking).code).toBe("cancelled");
        });
      }

      const { cancelJob } = provider;
      if (cancelJob !== undefined) {
        it("cancels a job, and says when it is too late; asked again it says the same", async () => {
          const [task] = jobs;
          if (task === undefined) return;
          const { signal } = new AbortController();
          const model = defaultFor(provider, task).id;
          const waiting = await begin(task, "never");
          for (let times = 0; times < 2; times += 1)
            expect(await cancelJob(harness.deps, { model, operation: waiting, signal })).toBe(
              "cancelled",
            );
          const done = await begin(task, "completed");
          await lookUntilDone(task, done);
          for (let times = 0; times < 2; times += 1)
            expect(await cancelJob(harness.deps, { model, operation: done, signal })).toBe(
              "too_late",
            );
        });
      }
    }

    if (rules !== undefined) {
      it("sent only what is on its lists, and all the privacy it offers with it", () => {
        expect(harness.requests().length).toBeGreaterThan(0);
        for (const request of harness.requests()) check(request);
        const apiKey = harness.deps.credentials.apiKey ?? "";
        for (const { url, body } of harness.requests())
          expect(`${url} ${JSON.stringify(body)}`).not.toContain(apiKey);
      });

      it("would be caught if it asked for less privacy", () => {
        const asked = rules.filter((rule) => rule.privacy !== undefined);
        const less = harness
          .requests()
          .map((request) => withoutPrivacy(request, rules))
          .filter((request) => request !== undefined);
        expect(less.length).toBeGreaterThanOrEqual(asked.length);
        for (const request of less) expect(() => check(request)).toThrow(/privacy/u);
      });

      it("has no rule, and no field on a list, that nothing needs", () => {
        expect(unusedIn({ rules, requests: harness.requests() })).toEqual([]);
      });
    }
  });
}

const readByLibraries = [
  "OPENAI_API_KEY",
  "GOOGLE_GENERATIVE_AI_API_KEY",
  "FAL_API_KEY",
  "FAL_KEY",
  "REPLICATE_API_TOKEN",
  "ELEVENLABS_API_KEY",
];

/** What a task can't do without. */
const neededFor: Partial<Record<GenerationTask, readonly (readonly [InputRole, InputMedia])[]>> = {
  edit_image: [["source", "image"]],
  transcribe: [["source", "audio"]],
  image_to_video: [["first_frame", "image"]],
  frames_to_video: [
    ["first_frame", "image"],
    ["last_frame", "image"],
  ],
  references_to_video: [["reference", "image"]],
  extend_video: [["source", "video"]],
  enhance_video: [["source", "video"]],
};

/** What may be set is what a person could be shown: in the words of the contract, and nothing twice. */
function expectWellFormed({ id, settings = {}, inputs = {} }: ModelEntry): void {
  const lists: [readonly (string | number)[] | undefined, RegExp][] = [
    [settings.aspectRatios, /^\d{1,2}:\d{1,2}$/u],
    [settings.resolutions, /^\d{3,4}p$/u],
    [settings.seconds, /^[1-9]\d{0,2}$/u],
    [settings.formats, /^[a-z0-9]+$/u],
    [settings.voices?.map((voice) => voice.id), /^[\w-]+$/u],
    ...Object.values(inputs).map((input): [readonly string[], RegExp] => [
      input.types,
      /^(?:image|audio|video)\/[a-z0-9-]+$/u,
    ]),
  ];
  for (const [list = ["none"], form] of lists) {
    expect(new Set(list).size, `${id}: ${list.join(", ")}`).toBe(list.length);
    for (const one of list) if (one !== "none") expect(String(one), id).toMatch(form);
  }
}

interface CallOptions {
  entry?: ModelEntry;
  signal?: AbortSignal;
}

function tasksOf(provider: Provider): GenerationTask[] {
  return [...new Set(provider.manifest.models.flatMap((model) => model.tasks))];
}

function defaultFor(provider: Provider, task: GenerationTask): ModelEntry {
  const entry = provider.manifest.models.find((model) => model.defaultFor.includes(task));
  return entry ?? expect.fail(`no default for ${task}`);
}

async function expectMade(
  made: Awaited<ReturnType<typeof performTask>>,
  { settings, kind }: ModelEntry,
): Promise<void> {
  if (made.kind === "job") return expectPlain(made.operation);
  if (made.kind === "text")
    return expect(made.output).toMatchObject({ text: expect.stringMatching(/\S/u) });
  if (!("data" in made)) return expect.fail("what is answered at once is no file");
  expect(made.data.length).toBeGreaterThan(40);
  if (kind !== "image") return;
  const { width, height } = await sharp(made.data).metadata();
  const size = settings?.sizes?.at(-1);
  if (size !== undefined) expect(`${width}x${height}`).toBe(size);
}

/** No key in anything that a careless logger could print of an error. */
function expectNoKey(error: unknown, { deps }: ProviderHarness): void {
  const { apiKey } = deps.credentials;
  if (apiKey !== undefined) expect(everythingIn(error)).not.toContain(apiKey);
}

/** The loop that the workflow runs, in one process: model calls, tool results and corrections until there is a plan. */
export async function runPlanner({
  options,
  context: roleContext,
}: {
  options: Omit<AskModelOptions<Plan>, "messages">;
  context: RoleContext;
}): Promise<{ kinds: ModelAnswer["kind"][]; called: string[]; plan: Plan | undefined }> {
  const messages: ModelMessage[] = [{ role: "user", content: planner.firstMessage(roleContext) }];
  const kinds: ModelAnswer["kind"][] = [];
  const called: string[] = [];
  while (kinds.length < maximumTurns) {
    const answer = await askModel({
      ...options,
      system: planner.system(roleContext),
      messages,
      tools: planner.tools,
      output: planner.output,
    });
    kinds.push(answer.kind);
    if (answer.kind === "output") return { kinds, called, plan: answer.output };
    if (answer.kind === "invalid") {
      messages.push(
        ...correctionMessages({ answer, correction: planner.correction(answer.problems) }),
      );
    } else if (answer.kind === "tool_calls") {
      called.push(...answer.calls.map((call) => call.name));
      messages.push(
        answer.assistantMessage,
        toolResultsMessage(
          answer.calls.map(({ id, name }) => ({ id, name, output: { posts: [] } })),
        ),
      );
    } else return { kinds, called, plan: undefined };
  }
  return { kinds, called, plan: undefined };
}

function expectPlain(value: unknown): void {
  expect(JSON.parse(JSON.stringify(value))).toEqual(value);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`Expected a failure, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return expect.fail("Expected an error");
}

/** All that a careless logger could print of an error: message, stack, properties, causes. */
function everythingIn(error: unknown): string {
  const seen: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    seen.push(at.message, at.stack ?? "", JSON.stringify({ ...at, cause: undefined }));
  }
  return seen.join("\n");
}
