import { expect, test } from "vitest";
import { adviceFor, npmEnvironment } from "./install-packages.mjs";

test.each([
  ["npm error code ENOSPC", /disk space/],
  ["npm error code EINTEGRITY", /not what was pinned/],
  ["npm error code ENOTFOUND registry", /reaches its registry/],
  ["npm error code EUSAGE", /do not match/],
  ["gyp ERR! not found: make", /compiler/],
])("tells what to do about %s", (output, advice) => {
  expect(adviceFor(output)).toMatch(advice);
});

test("the wanted Node comes first, its headers are named, and the npm above is forgotten", () => {
  const env = npmEnvironment({
    env: {
      PATH: "/usr/bin",
      npm_config_local_prefix: "/else",
      npm_lifecycle_event: "start",
      npm_config_registry: "r",
    },
    node: "/n/bin/node",
    nodeDir: "/n",
  });
  expect(env).toEqual({
    PATH: "/n/bin:/usr/bin",
    npm_config_nodedir: "/n",
    npm_config_registry: "r",
  });
});
