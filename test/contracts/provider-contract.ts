import type { ModelMessage } from "ai";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { askModel, type AskModelOptions, type ModelAnswer } from "#activities/lib/ask-model.ts";
import { classifyModelError, type ModelErrorCode } from "#activities/lib/classify-model-error.ts";
import { makeImage } from "#activities/lib/make-image.ts";
import { correctionMessages, toolResultsMessage } from "#activities/lib/reply-to-answer.ts";
import type { Plan, RoleContext } from "#agents/contract.ts";
import { planner } from "#agents/roles/planner/index.ts";
import type { GenerationKind, Provider, ProviderDeps } from "#providers/contract.ts";
import { maximumTurns } from "#temporal.config";

/** What the provider is to do in the next call or conversation. */
export type Situation =
  | { does: "text" }
  | { does: "output" }
  /** Two tool calls, then an answer that breaks the schema, then a right one. */
  | { does: "clumsy planner" }
  | { does: "bad tool input" }
  | { does: "refuse" }
  | { does: "image" }
  | { does: "hang"; kind: "text" | "image" }
  | { does: "fail"; kind: "text" | "image"; code: ModelErrorCode; retryAfterSeconds?: number };

/** A request as it left for the provider. */
export interface RecordedRequest {
  url: string;
  body: Record<string, unknown>;
}

export interface ProviderHarness {
  deps: ProviderDeps;
  textModel: string;
  imageModel: string;
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
  /** Throws when a request asks the provider for less privacy than it offers. Absent for one that sends nothing. */
  checkPrivacy?(request: RecordedRequest): void;
  /** True where the server that stands in for the provider knows no refusals. */
  neverRefuses?: boolean;
  /** What a person has to set, when credentials are needed. */
  needs?: { variable: string };
}

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
export function providerContract({
  name,
  provider,
  start,
  checkPrivacy,
  neverRefuses,
  needs,
}: ProviderContract): void {
  describe(`provider ${name}`, () => {
    let harness: ProviderHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(async () => {
      await harness.close();
    });

    const textModel = () => provider.languageModel(harness.deps, harness.textModel);
    const imageModel = () => provider.imageModel(harness.deps, harness.imageModel);
    const privacy = (kind: GenerationKind) => provider.privacyOptions(kind, harness.deps);
    const ask = <T = unknown>(
      prompt: string,
      options: Partial<AskModelOptions<T>> = {},
    ): Promise<ModelAnswer<T>> =>
      askModel<T>({
        model: textModel(),
        system: "You write short captions.",
        messages: [{ role: "user", content: prompt }],
        privacyOptions: privacy("text"),
        ...options,
      });
    const paint = (prompt: string, signal?: AbortSignal) =>
      makeImage({
        model: imageModel(),
        prompt,
        size: "1024x1024",
        privacyOptions: privacy("image"),
        ...(signal === undefined ? {} : { signal }),
      });

    it("has a manifest with one default per kind and whole prices", () => {
      const { manifest } = provider;
      expect(manifest.name).toMatch(/^[a-z][a-z0-9-]*$/u);
      expect(manifest.title).not.toBe("");
      expect(manifest.keeps).toMatch(/\.$/u);
      const ids = manifest.models.map(({ kind, id }) => `${kind}/${id}`);
      expect(new Set(ids).size).toBe(ids.length);
      for (const kind of new Set(manifest.models.map((model) => model.kind))) {
        expect(
          manifest.models.filter((model) => model.kind === kind && model.default),
        ).toHaveLength(1);
      }
      for (const model of manifest.models) {
        expect(
          Number.isInteger(model.credits) && model.credits > 0,
          `${model.id} costs ${model.credits}`,
        ).toBe(true);
        for (const size of model.sizes ?? []) expect(size).toMatch(/^\d{3,4}x\d{3,4}$/u);
      }
    });

    it("gives every model of its manifest", () => {
      for (const { kind, id } of provider.manifest.models) {
        const model =
          kind === "image"
            ? provider.imageModel(harness.deps, id)
            : provider.languageModel(harness.deps, id);
        expect(model).toMatchObject({ specificationVersion: "v4", modelId: id });
      }
    });

    if (needs !== undefined) {
      it("says what to set when its credentials are missing", () => {
        const deps = { ...harness.deps, credentials: {} };
        for (const make of [
          () => provider.languageModel(deps, harness.textModel),
          () => provider.imageModel(deps, harness.imageModel),
        ]) {
          const error = thrownBy(make);
          expect(error.message).toContain(needs.variable);
          expect(classifyModelError(error)).toMatchObject({
            code: "unauthorized",
            retryable: false,
            message: error.message,
          });
        }
      });
    }

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
        options: { model: textModel(), privacyOptions: privacy("text") },
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
        privacyOptions: privacy("text"),
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

    it("makes an image", async () => {
      const words = harness.arrange({ does: "image" });
      const image = await paint(`Sourdough on a wooden table. ${words}`);
      expect(image.mediaType).toBe("image/png");
      expect(await sharp(image.data).metadata()).toMatchObject({
        format: "png",
        width: 1024,
        height: 1024,
      });
    });

    it("records what was sent by name, size and hash, without content", async () => {
      const words = harness.arrange({ does: "text" });
      const { sent } = await ask(`Write about the zeppelin bakery. ${words}`);
      expect(sent.fields.map((field) => field.name)).toEqual(["system", "messages[0].user"]);
      expect(sent.privacy).toEqual(privacy("text"));
      expect(JSON.stringify(sent)).not.toMatch(/zeppelin|captions/u);
    });

    if (checkPrivacy !== undefined) {
      it("asks the provider for all the privacy it offers, in every request", async () => {
        const before = harness.requests().length;
        await ask(`Write. ${harness.arrange({ does: "text" })}`);
        await ask(`Write. ${harness.arrange({ does: "output" })}`, {
          output: caption,
          tools: planner.tools,
        });
        await paint(`Paint. ${harness.arrange({ does: "image" })}`);
        expect(harness.requests()).toHaveLength(before + 3);
        for (const request of harness.requests()) checkPrivacy(request);
      });
    }

    it.each(["text", "image"] as const)(
      "makes no call for %s when it is cancelled already",
      async (kind) => {
        const words = harness.arrange({ does: kind });
        const before = harness.requests().length;
        const signal = AbortSignal.abort();
        const error = await rejection(
          kind === "text" ? ask(`Write. ${words}`, { signal }) : paint(`Paint. ${words}`, signal),
        );
        expect(classifyModelError(error)).toMatchObject({ code: "cancelled", retryable: false });
        expect(harness.requests()).toHaveLength(before);
      },
    );

    it.each(["text", "image"] as const)(
      "ends at once when a call for %s is cancelled or times out",
      async (kind) => {
        for (const [reason, code] of [
          [undefined, "cancelled"],
          [new DOMException("Too long.", "TimeoutError"), "timeout"],
        ] as const) {
          const words = harness.arrange({ does: "hang", kind });
          const controller = new AbortController();
          const { signal } = controller;
          const call = rejection(
            kind === "text" ? ask(`Write. ${words}`, { signal }) : paint(`Paint. ${words}`, signal),
          );
          await Promise.race([harness.underWay(), call]);
          controller.abort(reason);
          expect(classifyModelError(await call).code).toBe(code);
        }
      },
    );

    it.each(["text", "image"] as const)(
      "fails for %s in ways that are told apart, and names no key and no prompt",
      async (kind) => {
        for (const code of harness.faults) {
          const wait = code === "rate_limited" ? { retryAfterSeconds: 7 } : {};
          const words = harness.arrange({ does: "fail", kind, code, ...wait });
          const prompt = `The zeppelin bakery. ${words}`;
          const error = await rejection(kind === "text" ? ask(prompt) : paint(prompt));
          const verdict = classifyModelError(error);
          expect(verdict).toMatchObject({
            code,
            retryable: ["rate_limited", "provider_down", "timeout"].includes(code),
            ...wait,
          });
          expect(JSON.stringify(verdict)).not.toContain("zeppelin");
          const { apiKey } = harness.deps.credentials;
          if (apiKey !== undefined) {
            expect(JSON.stringify(verdict)).not.toContain(apiKey);
            expect(everythingIn(error)).not.toContain(apiKey);
          }
        }
      },
    );
  });
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
