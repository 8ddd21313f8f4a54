import { expect, it } from "vitest";
import { agentOf, checkAgent, emptyAgent } from "./agent-draft.ts";

it("begins with the only channel there is, and says what is missing", () => {
  expect(emptyAgent([{ id: "one" }]).channelIds).toEqual(["one"]);
  const draft = emptyAgent([{ id: "one" }, { id: "two" }]);
  expect(draft.channelIds).toEqual([]);
  expect(Object.keys(checkAgent(draft))).toEqual(["name", "brief", "channelIds"]);
  expect(checkAgent({ ...draft, days: [], times: ["9:00"] })).toMatchObject({
    days: "Choose at least one day.",
    times: "A time is HH:MM, such as 09:00.",
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
