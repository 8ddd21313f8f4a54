/**
 * A foreign text as it may be stored: at most `length` UTF-16 units, without NUL and halves of surrogate pairs, which
 * PostgreSQL does not take.
 */
export function cut(text: string, length: number): string {
  return text.replaceAll("\0", "").slice(0, length).toWellFormed();
}
