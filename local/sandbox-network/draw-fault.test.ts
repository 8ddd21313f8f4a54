import { describe, expect, it } from "vitest";
import { drawFault, type Draws, type FaultSettings } from "./draw-fault.ts";

function fired(
  settings: FaultSettings,
  requests: number,
  account = "demo",
): (string | undefined)[] {
  let draws: Draws = [];
  return Array.from({ length: requests }, () => {
    const drawn = drawFault({ settings, draws, on: "publish", account });
    draws = drawn.draws;
    return drawn.fired?.fault.kind;
  });
}

describe("drawFault", () => {
  it("fires as often as its probability says, the same for the same seed", () => {
    const settings: FaultSettings = {
      faults: [{ on: "publish", kind: "drop", probability: 0.3 }],
      seed: 7,
    };
    const once = fired(settings, 2_000);
    const share = once.filter((kind) => kind === "drop").length / once.length;
    expect(share).toBeGreaterThan(0.26);
    expect(share).toBeLessThan(0.34);
    expect(fired(settings, 2_000)).toEqual(once);
    expect(fired({ ...settings, seed: 8 }, 2_000)).not.toEqual(once);
  });

  it("always fires at 1 and never at 0", () => {
    const always: FaultSettings = {
      faults: [{ on: "publish", kind: "500", probability: 1 }],
      seed: 1,
    };
    const never: FaultSettings = {
      faults: [{ on: "publish", kind: "500", probability: 0 }],
      seed: 1,
    };
    expect(new Set(fired(always, 200))).toEqual(new Set(["500"]));
    expect(new Set(fired(never, 200))).toEqual(new Set([undefined]));
  });

  it("is meant for its step and its account only", () => {
    const settings: FaultSettings = {
      faults: [
        { on: "read", kind: "500", probability: 1 },
        { on: "publish", kind: "429", probability: 1, account: "someone" },
      ],
      seed: 1,
    };
    expect(fired(settings, 1, "demo")).toEqual([undefined]);
    expect(fired(settings, 1, "someone")).toEqual(["429"]);
  });

  it("leaves the draws of one fault alone when another is put beside it", () => {
    const drop = { on: "publish", kind: "drop", probability: 0.3 } as const;
    const alone = fired({ faults: [drop], seed: 7 }, 200);
    const beside = fired(
      { faults: [drop, { on: "publish", kind: "500", probability: 1 }], seed: 7 },
      200,
    );
    expect(beside.map((kind) => (kind === "500" ? undefined : kind))).toEqual(alone);
  });
});
