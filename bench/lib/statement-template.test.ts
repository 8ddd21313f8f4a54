import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { play, templateOf } from "./statement-template.ts";

const known = randomUUID();
const request = (id: string) => [
  { text: "insert into post values ($1, $2)", values: [id, known] },
  { text: "insert into outbox values ($1, $2)", values: [`post/${id}`, 7] },
];

it("draws new ids where they were new, the same one wherever it was the same, and keeps the rest", () => {
  const template = templateOf(request(randomUUID()), request(randomUUID()));
  const [one, two] = [play(template), play(template)];
  const id = String(one[0]?.values[0]);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(one).toEqual(request(id));
  expect(two[0]?.values[0]).not.toBe(id);
});

it("refuses two recordings that took different ways", () => {
  const [first] = request(randomUUID());
  expect(() => templateOf(first ? [first] : [], request(randomUUID()))).toThrow("other statements");
});
