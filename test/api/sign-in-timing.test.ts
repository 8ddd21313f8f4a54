import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../harness/start-api.ts";
import { anyAddress, person } from "./callers.ts";

const tries = 200;
/** The bar: medians this near, in milliseconds, or this ratio. */
const nearMs = 5;
const nearRatio = 1.1;
/**
 * Known and unknown by turns, each as often after the one as after the other: what is noted of a failed try is written
 * after its answer, beside the next try.
 */
const turns = ["known", "unknown", "unknown", "known"] as const;

describe("signing in with a wrong password", () => {
  let api: TestApi;
  let known: string;

  beforeAll(async () => {
    api = await startApi();
    known = (await person(api)).email;
  });

  afterAll(async () => {
    await api?.close();
  });

  /** From elsewhere each time, so that no throttle answers in its place. */
  async function signIn(email: string) {
    const startedAt = performance.now();
    const answer = await api.app.inject({
      method: "POST",
      url: "/v1/auth/login",
      remoteAddress: anyAddress(),
      payload: { email, password: "not the right one" },
    });
    return { answer, ms: performance.now() - startedAt };
  }

  const stranger = (count: number) => `nobody-${count}@example.com`;

  it("is answered alike for a known and an unknown address, in body and headers", async () => {
    const [one, other] = [await signIn(known), await signIn(stranger(0))];
    const seen = ({ answer }: typeof one) => {
      const { requestId, ...body } = answer.json<Record<string, unknown>>();
      const { date, "x-request-id": id, ...headers } = answer.headers;
      expect(id).toBe(requestId);
      expect(date).toBeTypeOf("string");
      return { status: answer.statusCode, body, headers };
    };
    expect(seen(one)).toEqual(seen(other));
    expect(one.answer.json()).toMatchObject({ status: 401, code: "wrong_credentials" });
  });

  it(
    `takes as long for both: medians of ${tries} tries by turns`,
    { timeout: 180_000 },
    async () => {
      const seen: string[] = [];
      // A busy machine may disturb one comparison; it does not disturb three in the same way.
      for (let run = 0; run < 3; run += 1) {
        const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
        for (let count = 0; count < tries; count += 1) {
          const kind = turns[count % turns.length] ?? "known";
          const { answer, ms } = await signIn(kind === "known" ? known : stranger(count));
          expect(answer.statusCode, answer.body).toBe(401);
          times[kind].push(ms);
        }
        const [one, other] = [median(times.known), median(times.unknown)];
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        if (more - less <= nearMs || more / less <= nearRatio) return;
        seen.push(`known ${one.toFixed(1)} ms, unknown ${other.toFixed(1)} ms`);
      }
      expect.fail(seen.join("; "));
    },
  );
});

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
