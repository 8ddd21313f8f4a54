import { retention, type ObjectClass } from "./retention.ts";

/** Something that needs a file. */
export interface Need {
  /** When it ended, or will end at the latest; null while nobody knows. */
  until: Date | null;
}

/** How long a file is kept, as it was decided last. */
export interface Keeping {
  class: ObjectClass;
  /** When it was needed last, as far as that is known. */
  neededAt: Date;
  /** Null for what is in the library, and while something needs it. */
  expiresAt?: Date | null | undefined;
}

/**
 * Decides until when a file is kept, from all that needs it, or needed it lately. What is needed has no end. What was
 * needed when it was last decided, and is not, without a word of when that ended (a post was edited), counts from now.
 */
export function decideExpiry(
  keeping: Keeping,
  needs: readonly Need[],
  now: Date,
): { neededAt: Date; expiresAt: Date | null } {
  const ms = retention.objectsMs[keeping.class];
  const isOpen = needs.some(({ until }) => until === null || until > now);
  if (ms === null || isOpen) return { neededAt: keeping.neededAt, expiresAt: null };
  const ended = Math.max(...needs.map(({ until }) => until?.getTime() ?? 0), 0);
  const before = keeping.neededAt.getTime();
  const unheard = !keeping.expiresAt && ended <= before;
  const neededAt = unheard ? now : new Date(Math.max(before, ended));
  return { neededAt, expiresAt: new Date(neededAt.getTime() + ms) };
}

/** What a file begins with that nothing needs yet. */
export function firstKeeping(
  of: ObjectClass,
  now: Date,
): { neededAt: Date; expiresAt: Date | null } {
  return decideExpiry({ class: of, neededAt: now, expiresAt: null }, [], now);
}
