import { expect, it } from "vitest";
import { findSecrets } from "./find-secret.ts";

const secret = "a secret of some length";

it.each<[string, string]>([
  ["as it is", `x ${secret} y`],
  ["in an address", `?q=${encodeURIComponent(secret)}`],
  ["in hexadecimal", Buffer.from(`ab${secret}`).toString("hex")],
  ["in base64, first", Buffer.from(`${secret} and more`).toString("base64")],
  ["in base64, one byte in", Buffer.from(`x${secret} and more`).toString("base64")],
  ["in base64, two bytes in", Buffer.from(`xy${secret} and more`).toString("base64url")],
])("finds a secret %s", (_how, text) => {
  expect(findSecrets({ password: secret }, { logs: text, empty: "" })).toEqual([
    "password in logs",
  ]);
});

it("finds nothing where nothing is, and refuses what is too short to tell", () => {
  expect(findSecrets({ password: secret }, { logs: "another text altogether" })).toEqual([]);
  expect(() => findSecrets({ pin: "1234" }, {})).toThrow("too short");
});
