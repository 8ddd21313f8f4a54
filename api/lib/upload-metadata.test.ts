import { describe, expect, test } from "vitest";
import { readUploadMetadata } from "./upload-metadata.ts";

const b64 = (text: string) => Buffer.from(text).toString("base64");
const hash = "0a".repeat(32);

describe("readUploadMetadata", () => {
  test("takes the name and the checksum, and lets the rest be", () => {
    expect(readUploadMetadata(undefined)).toEqual({
      name: null,
      sha256: null,
      declaredType: null,
      class: "upload",
    });
    expect(readUploadMetadata(" ")).toEqual({
      name: null,
      sha256: null,
      declaredType: null,
      class: "upload",
    });
    const header = `filename ${b64("Häfen.mp4")},filetype ${b64("video/mp4")},sha256 ${b64(hash.toUpperCase())},is_draft`;
    expect(readUploadMetadata(header)).toEqual({
      name: "Häfen.mp4",
      sha256: hash,
      declaredType: "video/mp4",
      class: "upload",
    });
    expect(readUploadMetadata(`class ${b64("library")}`).class).toBe("library");
    expect(readUploadMetadata(`name ${b64("a.png")}`).name).toBe("a.png");
  });

  test.each([
    ["../../etc/passwd", "passwd"],
    ["C:\\secret\\a.mp4", "a.mp4"],
    ["a\u0000\u202Egpj.exe\r\nSet-Cookie: x", "agpj.exeSet-Cookie: x"],
    ["x".repeat(5_000), "x".repeat(300)],
    ["/", null],
    ["", null],
  ])("makes a name for people of %j", (given, expected) => {
    expect(readUploadMetadata(`filename ${b64(given)}`).name).toBe(expected);
  });

  test("a name without a value is none", () => {
    expect(readUploadMetadata("filename")).toEqual({
      name: null,
      sha256: null,
      declaredType: null,
      class: "upload",
    });
  });

  test.each([
    `__proto__ ${b64("x")}`,
    `constructor ${b64("x")}`,
    "filename not-base64",
    `filename ${b64("a")} ${b64("b")}`,
    `filename ${b64("a")},filename ${b64("b")}`,
    `,`,
    `näme ${b64("a")}`,
    `sha256 ${b64("abc")}`,
    `class ${b64("mine")}`,
    "sha256",
    `sha256 ${b64(`${hash}00`)}`,
  ])("refuses %s", (header) => {
    expect(() => readUploadMetadata(header)).toThrow(/Upload-Metadata/);
  });
});
