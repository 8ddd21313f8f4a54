/** The weekly slots of a channel's queue on the calendar, and which of them is free. */
import { Temporal } from "temporal-polyfill";
import type { QueueSlot } from "./schemas/series.ts";
import { wallInstant, wallTimeAt } from "./wall-time.ts";

export interface SlotTable {
  timeZone: string;
  slots: QueueSlot[];
}

/** How far ahead a free slot is looked for. Days. */
export const queueHorizonDays = 90;

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export interface Slot {
  at: Date;
  /** Wall time in the table's zone. */
  localAt: string;
}

/**
 * The slots after an instant until 90 days after `now`, in order. A time that the clock skips is no slot that day; of
 * one that comes twice the first counts.
 */
export function* slotsAfter(table: SlotTable, range: { after: Date; now: Date }): Generator<Slot> {
  const { timeZone } = table;
  const end = range.now.getTime() + queueHorizonDays * 24 * 3_600_000;
  let day = Temporal.PlainDate.from(wallTimeAt({ at: range.after, timeZone }).slice(0, 10));
  for (; ; day = day.add({ days: 1 })) {
    const times = table.slots
      .filter((slot) => slot.day === days[day.dayOfWeek - 1])
      .map((slot) => slot.time);
    for (const time of [...new Set(times)].sort()) {
      const localAt = `${day.toString()}T${time}:00`;
      const { at, skipped } = wallInstant({ localAt, timeZone });
      if (at.getTime() > end) return;
      if (!skipped && at > range.after) yield { at, localAt };
    }
    const begins = wallInstant({ localAt: `${day.toString()}T00:00:00`, timeZone }).at;
    if (begins.getTime() > end) return;
  }
}

/** Whether the table has a slot at the instant. */
export function isSlot({ timeZone, slots }: SlotTable, at: Date): boolean {
  const localAt = wallTimeAt({ at, timeZone });
  const day = days[Temporal.PlainDate.from(localAt.slice(0, 10)).dayOfWeek - 1];
  const named = slots.some((slot) => slot.day === day && `${slot.time}:00` === localAt.slice(11));
  return named && wallInstant({ localAt, timeZone }).at.getTime() === at.getTime();
}

/** A queue with the instants, as epoch milliseconds, that posts hold already. */
export interface HeldQueue extends SlotTable {
  held: ReadonlySet<number>;
}

/**
 * The first slot that all queues have in common and all have free: after now, or with `last` after everything that is
 * held already. With `keep` that one, where it is still a free slot of all. Undefined when there is none in 90 days.
 */
export function findFreeSlot(input: {
  queues: readonly [HeldQueue, ...HeldQueue[]];
  now: Date;
  position: "next" | "last";
  keep?: Date | undefined;
}): (Slot & { timeZone: string }) | undefined {
  const { queues, now, keep } = input;
  const [first] = queues;
  const fits = (at: Date) =>
    queues.every((queue) => isSlot(queue, at) && !queue.held.has(at.getTime()));
  const { timeZone } = first;
  if (keep && keep > now && fits(keep))
    return { at: keep, localAt: wallTimeAt({ at: keep, timeZone }), timeZone };
  const held = queues.flatMap((queue) => [...queue.held]);
  const after = input.position === "last" ? new Date(Math.max(now.getTime(), ...held)) : now;
  for (const slot of slotsAfter(first, { after, now }))
    if (fits(slot.at)) return { ...slot, timeZone };
  return undefined;
}
