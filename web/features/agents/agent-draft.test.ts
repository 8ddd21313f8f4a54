import { expect, it } from "vitest";
import { agentOf, checkAgent, emptyAgent, timeZones } from "./agent-draft.ts";

it("begins with the only channel there is, and says what is missing", () => {
  expect(emptyAgent([{ id: "one" }]).channelIds).toEqual(["one"]);
  const draft = emptyAgent([{ id: "one" }, { id: "two" }]);
  expect(draft.channelIds).toEqual([]);
  expect(Object.keys(checkAgent(draft))).toEqual(["name", "brief", "channelIds"]);
  expect(checkAgent({ ...draft, days: [], times: ["9:00"] })).toMatchObject({
    days: "Choose at least one day.",
    times: "A time is HH:MM, such as 09:00.",
  });
  expect(checkAgent({ ...draft, dailyPostLimit: "", creditLimit: 1.5 })).toMatchObject({
    dailyPostLimit: "Give a whole number from 1 to 100.",
    creditLimit: "Give a whole number from 1 to 1,000,000.",
  });
  expect(checkAgent({ ...draft, dailyPostLimit: 101, creditLimit: 0 })).toMatchObject({
    dailyPostLimit: "Give a whole number from 1 to 100.",
    creditLimit: "Give a whole number from 1 to 1,000,000.",
  });
});

it("becomes what the API takes", () => {
  const draft = {
    ...emptyAgent([{ id: "one" }]),
    name: " Harbour ",
    brief: "Coffee",
    days: ["fri", "mon"],
    times: ["18:00", "09:00"],
    timeZone: "Europe/Berlin",
    dailyPostLimit: "2",
  };
  expect(agentOf(draft)).toEqual({
    name: "Harbour",
    brief: "Coffee",
    channelIds: ["one"],
    schedule: { days: ["mon", "fri"], times: ["09:00", "18:00"], timeZone: "Europe/Berlin" },
    autonomy: "suggest",
    media: "image",
    dailyPostLimit: 2,
    creditLimit: 100,
  });
});

it("offers each zone once, whatever the browser knows", () => {
  expect(timeZones(["Europe/Berlin"], "Asia/Calcutta")).toEqual([
    "Asia/Calcutta",
    "Europe/Berlin",
    "UTC",
  ]);
  expect(timeZones(["Europe/Berlin", "UTC"], "UTC")).toEqual(["Europe/Berlin", "UTC"]);
});
