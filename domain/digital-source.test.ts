import { describe, expect, test } from "vitest";
import { digitalSourceOf } from "./digital-source.ts";

const made = "trainedAlgorithmicMedia";
const composite = "compositeWithTrainedAlgorithmicMedia";
const real = { role: "source", digitalSource: null } as const;

describe("digitalSourceOf", () => {
  test("what comes of words alone, or of what a model made, is a model's", () => {
    expect(digitalSourceOf({ task: "text_to_image", inputs: [] })).toBe(made);
    expect(
      digitalSourceOf({ task: "edit_image", inputs: [{ role: "source", digitalSource: made }] }),
    ).toBe(made);
  });

  test("what shows something real is a composite, a likeness is not", () => {
    expect(digitalSourceOf({ task: "edit_image", inputs: [real] })).toBe(composite);
    const frames = [
      { role: "first_frame", digitalSource: made },
      { role: "last_frame", digitalSource: null },
    ] as const;
    expect(digitalSourceOf({ task: "frames_to_video", inputs: frames })).toBe(composite);
    const reference = [{ role: "reference", digitalSource: null }] as const;
    expect(digitalSourceOf({ task: "references_to_video", inputs: reference })).toBe(made);
    const extended = [{ role: "source", digitalSource: composite }] as const;
    expect(digitalSourceOf({ task: "extend_video", inputs: extended })).toBe(composite);
  });

  test("what is bettered stays what it was", () => {
    expect(digitalSourceOf({ task: "enhance_video", inputs: [real] })).toBeNull();
    for (const digitalSource of [made, composite] as const)
      expect(
        digitalSourceOf({ task: "enhance_video", inputs: [{ role: "source", digitalSource }] }),
      ).toBe(digitalSource);
  });
});
