import { expect, test } from "vitest";
import { checkDatabase, explainDatabaseError, hidePassword } from "./check-database.ts";

test("an address is shown without its password and parameters", () => {
  expect(hidePassword("postgresql://ada:s3cret@db.example:5433/app?sslpassword=s3cret")).toBe(
    "postgresql://ada@db.example:5433/app",
  );
  expect(hidePassword("mysql://db.example/app")).toBeUndefined();
  expect(hidePassword("not an address")).toBeUndefined();
});

test("nothing listens: says so, what was tried and what to do, without the password", async () => {
  const failure = checkDatabase({
    variable: "DATABASE_URL",
    url: "postgresql://ada:s3cret@127.0.0.1:1/app",
  });
  await expect(failure).rejects.toThrow(/nothing listens there/);
  await expect(failure).rejects.toThrow(/connecting to postgresql:\/\/ada@127\.0\.0\.1:1\/app/);
  await expect(failure).rejects.toThrow(/What to do: Start PostgreSQL/);
  await expect(failure).rejects.not.toThrow(/s3cret/);
});

test("what is no address of a database is refused", async () => {
  await expect(checkDatabase({ variable: "DATABASE_URL", url: "db" })).rejects.toThrow(
    /DATABASE_URL is not the address/,
  );
});

test.each([
  ["28P01", /role or its password/],
  ["3D000", /no such database/],
  ["ENOTFOUND", /host is unknown/],
  ["53300", /no connection left/],
])("%s is told in words", (code, reason) => {
  expect(
    explainDatabaseError(Object.assign(new Error("x"), { code }), "DATABASE_URL").reason,
  ).toMatch(reason);
});
