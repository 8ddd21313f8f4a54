import fc from "fast-check";
import { expect, it } from "vitest";
import { findTopic } from "./find-topic.ts";

it.each([
  ["Write a caption about our new oat-milk cappuccino, made by hand.", "oat-milk cappuccino"],
  [
    "Promote our neighbourhood bakery's sourdough workshops. Keep it friendly.",
    "neighbourhood bakery's sourdough workshops",
  ],
  ["Short Instagram post for a yoga studio's spring opening", "yoga studio's spring opening"],
  ["a cosy coffee shop in autumn", "cosy coffee shop in autumn"],
  ["Announce the summer sale of running shoes!", "summer sale of running shoes"],
  ["Über unsere neue Ausstellung", "Über unsere neue Ausstellung"],
  ["今天的新咖啡很好喝", "今天的新咖啡很好喝"],
  ["[[sandbox invalid]] Write about rain boots", "rain boots"],
  ["", "something good"],
  ["?!", "something good"],
])("finds in %j the topic %j", (prompt, phrase) => {
  expect(findTopic(prompt).phrase).toBe(phrase);
});

it("keeps other words of weight as keywords, once each", () => {
  const { keywords } = findTopic(
    "Write about sourdough. Mention the workshops, the Workshops and the starter culture.",
  );
  expect(keywords).toEqual(["workshops", "starter", "culture"]);
});

it("takes any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (prompt) => {
      const { phrase, keywords } = findTopic(prompt);
      expect(phrase.length).toBeGreaterThan(0);
      expect([...phrase].length).toBeLessThanOrEqual(60);
      expect(keywords.length).toBeLessThanOrEqual(6);
    }),
  );
});
