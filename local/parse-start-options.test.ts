import { expect, test } from "vitest";
import { parseStartOptions } from "./parse-start-options.ts";

const parse = (...args: string[]) => parseStartOptions({ args, cwd: "/home/ada/drumbeat" });

test("without arguments it listens on loopback, keeps its data in .data and seeds", () => {
  expect(parse()).toEqual({
    dataDir: "/home/ada/drumbeat/.data",
    host: "127.0.0.1",
    seed: true,
    help: false,
  });
});

test("takes port, folder, public address and no seed", () => {
  expect(
    parse(
      "--port",
      "4400",
      "--data-dir",
      "/srv/d",
      "--public-url",
      "https://d.example/",
      "--no-seed",
    ),
  ).toMatchObject({ port: 4400, dataDir: "/srv/d", publicUrl: "https://d.example", seed: false });
});

test.each([
  [["--port", "0"], /--port 0 is not a port/],
  [["--port", "65536"], /is not a port/],
  [["--port", "80x"], /is not a port/],
  [["--public-url", "example.com"], /--public-url example.com is not the address/],
  [["--public-url", "https://example.com/app"], /no path/],
  [["--public-url", "ftp://example.com"], /is not the address/],
  [["--public-url", "https://me:pw@example.com"], /is not the address/],
  [["--data-dir", ""], /--data-dir is empty/],
  [["--prot", "80"], /--prot[\s\S]*npm start -- \[options\]/],
  [["4400"], /4400/],
])("refuses %j with what to do", (args, message) => {
  expect(() => parse(...args)).toThrow(message);
  expect(() => parse(...args)).toThrow(/What to do/);
});
