import { wallInstant } from "#domain/wall-time.ts";

/** The world's clocks: which instant a wall time is, by which version of the time zones' data. */
export interface Clocks {
  /** As IANA names it, such as `2026c`: a later one sorts after. */
  version: string;
  /** The instant of a wall time; one that the clock skips is moved on by what it skips. */
  instantOf(wall: { localAt: string; timeZone: string }): Date;
}

/** The clocks that this process knows. */
export const systemClocks: Clocks = {
  version: process.versions.tz ?? "",
  instantOf: (wall) => wallInstant(wall).at,
};
