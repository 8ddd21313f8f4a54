/** Credits as they are sold. */
export interface CreditPack {
  name: string;
  credits: number;
  /** Of the currency's smallest unit: cents, or yen. */
  amount: number;
  /** ISO 4217, in small letters. */
  currency: string;
}

/** What is sold where nobody says otherwise. */
export const usualCreditPacks = "small:1000:1000:usd,medium:5000:4500:usd,large:20000:16000:usd";

const form = /^([a-z0-9-]{1,40}):([1-9]\d{0,8}):([1-9]\d{0,8}):([a-z]{3})$/;

/** Reads `name:credits:amount:currency`, by commas; undefined where one is not like that, or a name comes twice. */
export function parseCreditPacks(text: string): CreditPack[] | undefined {
  const packs = text
    .split(",")
    .map((one) => form.exec(one.trim()))
    .map((match) => {
      const [, name, credits, amount, currency] = match ?? [];
      if (!name || !credits || !amount || !currency) return undefined;
      return { name, credits: Number(credits), amount: Number(amount), currency };
    });
  const known = packs.filter((pack) => pack !== undefined);
  const names = new Set(known.map(({ name }) => name));
  return known.length === packs.length && names.size === packs.length ? known : undefined;
}
