import type { NewAgent } from "#web/lib/api/types.ts";
import { texts } from "#web/lib/texts.ts";

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Weekday = (typeof weekdays)[number];

/** An agent as the form holds it. */
export interface AgentDraft {
  name: string;
  brief: string;
  brandVoice: string;
  channelIds: string[];
  days: string[];
  times: string[];
  timeZone: string;
  autonomy: "suggest" | "autopilot";
  withImage: boolean;
  dailyPostLimit: number | string;
  creditLimit: number | string;
}

/** What the form begins with: careful, on working days, in the reader's zone. The only channel there is, is chosen. */
export function emptyAgent(channels: readonly { id: string }[]): AgentDraft {
  return {
    name: "",
    brief: "",
    brandVoice: "",
    channelIds: channels.length === 1 ? channels.map(({ id }) => id) : [],
    days: weekdays.slice(0, 5),
    times: ["09:00"],
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    autonomy: "suggest",
    withImage: true,
    dailyPostLimit: 3,
    creditLimit: 100,
  };
}

/** The zones that one can choose, each once: browsers differ in whether they name UTC, and may be set to another's alias. */
export function timeZones(known: readonly string[], own: string): string[] {
  return [...new Set([...known, "UTC", own])].toSorted();
}

const { errors } = texts.agents.form;

/** The most that the API takes of each. */
export const highest = { dailyPostLimit: 100, creditLimit: 1_000_000 } as const;

/** Where each field of the form stands in what the API takes. */
export const agentPointers: Record<keyof AgentDraft, string> = {
  name: "/name",
  brief: "/brief",
  brandVoice: "/brandVoice",
  channelIds: "/channelIds",
  days: "/schedule/days",
  times: "/schedule/times",
  timeZone: "/schedule/timeZone",
  autonomy: "/autonomy",
  withImage: "/media",
  dailyPostLimit: "/dailyPostLimit",
  creditLimit: "/creditLimit",
};

/** What is wrong with a draft, by its field. */
export function checkAgent(draft: AgentDraft): Partial<Record<keyof AgentDraft, string>> {
  const wrong: Partial<Record<keyof AgentDraft, string>> = {};
  if (draft.name.trim() === "") wrong.name = errors.name;
  if (draft.brief.trim() === "") wrong.brief = errors.brief;
  if (draft.channelIds.length === 0) wrong.channelIds = errors.channels;
  if (draft.days.length === 0) wrong.days = errors.days;
  if (draft.times.length === 0) wrong.times = errors.times;
  else if (draft.times.some((time) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)))
    wrong.times = errors.time;
  for (const limit of ["dailyPostLimit", "creditLimit"] as const) {
    if (!isCount(draft[limit], highest[limit])) wrong[limit] = errors.count(highest[limit]);
  }
  return wrong;
}

/** The draft as the API takes it. */
export function agentOf(draft: AgentDraft): NewAgent {
  const brandVoice = draft.brandVoice.trim();
  return {
    name: draft.name.trim(),
    brief: draft.brief.trim(),
    ...(brandVoice === "" ? {} : { brandVoice }),
    channelIds: draft.channelIds,
    schedule: {
      days: weekdays.filter((day): day is Weekday => draft.days.includes(day)),
      times: draft.times.toSorted(),
      timeZone: draft.timeZone,
    },
    autonomy: draft.autonomy,
    media: draft.withImage ? "image" : "none",
    dailyPostLimit: Number(draft.dailyPostLimit),
    creditLimit: Number(draft.creditLimit),
  };
}

/** Whether an input for numbers holds one, no more than `most`; empty it holds "". */
function isCount(given: number | string, most: number): boolean {
  return Number.isInteger(Number(given)) && Number(given) >= 1 && Number(given) <= most;
}
