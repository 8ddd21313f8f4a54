import { expect, it } from "vitest";
import { checkGeneration, type GivenInput } from "./check-generation.ts";
import type { ModelLimits } from "./model-limits.ts";

const model: ModelLimits = {
  id: "m",
  maxPromptLength: 10,
  inputs: {
    source: { media: "image", max: 1, types: ["image/png"], maxBytes: 100 },
    reference: { media: "video", max: 2, types: ["video/mp4"], maxSeconds: 8 },
  },
  settings: { sizes: ["1x1", "2x2"], seed: true, maxOutputTokens: 50, enhancements: ["colour"] },
};
const png: GivenInput = {
  role: "source",
  media: "image",
  contentType: "image/png",
  bytes: 100,
  durationSeconds: null,
};
const check = (request: Partial<Parameters<typeof checkGeneration>[0]>) =>
  checkGeneration({
    model,
    task: "text_to_image",
    prompt: "p",
    settings: {},
    inputs: [],
    ...request,
  });
const pointers = (request: Parameters<typeof check>[0]) => check(request).map((one) => one.pointer);

it("finds nothing where all is as the model takes it", () => {
  expect(check({ settings: { size: "2x2", seed: 0, maxOutputTokens: 50 } })).toEqual([]);
  expect(check({ task: "edit_image", inputs: [png] })).toEqual([]);
  expect(
    check({
      task: "enhance_video",
      prompt: "",
      settings: { enhancements: ["colour"] },
      inputs: [png],
    }),
  ).toEqual([]);
});

it("says what a setting may be, or that there is none", () => {
  expect(check({ settings: { size: "3x3" } })).toEqual([
    { pointer: "/settings/size", detail: "The model m takes for size: 1x1, 2x2." },
  ]);
  expect(check({ settings: { voice: "x" } })).toEqual([
    { pointer: "/settings/voice", detail: "The model m takes no voice." },
  ]);
  expect(pointers({ settings: { maxOutputTokens: 51 } })).toEqual(["/settings/maxOutputTokens"]);
  expect(pointers({ settings: { enhancements: ["colour", "upscale"] } })).toEqual([
    "/settings/enhancements",
  ]);
});

it("asks for a prompt where the task needs one, and for no more than the model takes", () => {
  expect(pointers({ prompt: "" })).toEqual(["/prompt"]);
  expect(pointers({ prompt: "x".repeat(11) })).toEqual(["/prompt"]);
});

it("holds inputs against their number, type, size and length, and names what is missing", () => {
  expect(pointers({ inputs: [png, { ...png }] })).toEqual(["/inputs/1"]);
  expect(pointers({ inputs: [{ ...png, role: "mask" }] })).toEqual(["/inputs/0"]);
  const film = { ...png, role: "reference", contentType: "video/mp4", durationSeconds: 9 } as const;
  expect(pointers({ inputs: [film] })).toEqual(["/inputs/0"]);
  expect(pointers({ task: "frames_to_video" })).toEqual(["/prompt", "/inputs", "/inputs"].slice(1));
});

it("lets images pass that can be made such as the model takes, unless a mask lies over them", () => {
  const unfit = [
    { ...png, contentType: "image/gif" },
    { ...png, bytes: 101 },
  ];
  const mask = { ...png, role: "mask" } as const;
  const masked: ModelLimits = {
    id: "m",
    inputs: { ...model.inputs, mask: { media: "image", max: 1, types: ["image/png"] } },
  };
  for (const input of unfit) {
    expect(check({ inputs: [input] })).toEqual([]);
    expect(pointers({ model: masked, inputs: [input, mask] })).toEqual(["/inputs/0"]);
  }
  const film = { ...png, role: "reference", media: "video", contentType: "video/webm" } as const;
  expect(pointers({ inputs: [film] })).toEqual(["/inputs/0"]);
});

it("asks for as many of a role as the model needs", () => {
  const mask = { media: "image", max: 1, min: 1, types: ["image/png"] } as const;
  const filling: ModelLimits = { id: "fill", inputs: { ...model.inputs, mask } };
  const asked = { model: filling, task: "edit_image" } as const;
  expect(check({ ...asked, inputs: [png] })).toEqual([
    { pointer: "/inputs", detail: "The model fill needs 1 as mask." },
  ]);
  expect(check({ ...asked, inputs: [png, { ...png, role: "mask" }] })).toEqual([]);
});

it("refuses what the task would drop", () => {
  const frame = { media: "image", max: 1, types: ["image/png"] } as const;
  const video: ModelLimits = { id: "v", inputs: { first_frame: frame, last_frame: frame } };
  const inputs = (["first_frame", "last_frame"] as const).map((role) => ({ ...png, role }));
  expect(pointers({ model: video, task: "frames_to_video", inputs })).toEqual([]);
  expect(check({ model: video, task: "image_to_video", inputs })).toEqual([
    {
      pointer: "/inputs/1",
      detail: "A last_frame is for frames_to_video; this is image_to_video.",
    },
  ]);
});
