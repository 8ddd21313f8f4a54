/** An address that platforms or models gave us, where it is one of the web; undefined for every other scheme. */
export function webAddress(address: unknown): string | undefined {
  if (typeof address !== "string" || !URL.canParse(address)) return undefined;
  return /^https?:$/.test(new URL(address).protocol) ? address : undefined;
}
