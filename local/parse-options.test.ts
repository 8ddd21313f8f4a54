import { expect, test } from "vitest";
import { parseOptions } from "./parse-options.ts";

const parse = (...args: string[]) =>
  parseOptions({
    args,
    options: { dir: { type: "string" }, yes: { type: "boolean", short: "y" } },
    positionals: 1,
    help: "THE HELP",
  });

test("reads options and words", () => {
  const { values, positionals } = parse("--dir", "a", "-y", "word");
  expect({ ...values }).toEqual({ dir: "a", yes: true });
  expect(positionals).toEqual(["word"]);
});

test.each([
  [["--dir", "a", "--dir", "b"], /--dir is given twice/],
  [["--dir", "a", "--dir=a"], /--dir is given twice/],
  [["-y", "--yes"], /--yes is given twice/],
  [["one", "two"], /"two" is one word too many/],
  [["--dirr", "a"], /--dirr/],
  [["--dir"], /--dir/],
])("refuses %j with the help", (args, message) => {
  expect(() => parse(...args)).toThrow(message);
  expect(() => parse(...args)).toThrow(/What to do: [\s\S]*THE HELP/);
});
