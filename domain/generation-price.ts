import type { GenerationSettings } from "./generation-settings.ts";

/** What a price is for: one output, a begun second or minute of it (of what is read, where nothing is made), 1,000 begun characters. */
export type PriceUnit = "output" | "second" | "minute" | "1000_characters";

export interface Price {
  /** Whole credits of one `per`. */
  credits: number;
  per: PriceUnit;
}

/** What one output costs, in whole credits: what is reserved before, and settled for each that was made. Pure. */
export function priceOfOutput(input: {
  price: Price;
  prompt: string;
  settings: GenerationSettings;
  /** How long an output is unless it is asked otherwise, in seconds. */
  usualSeconds: number | undefined;
  /** Of what is read or changed, together. */
  sourceSeconds: number;
}): number {
  const { price, prompt } = input;
  switch (price.per) {
    case "output":
      return price.credits;
    case "second":
      return price.credits * Math.max(1, Math.ceil(secondsOf(input)));
    case "minute":
      return price.credits * Math.max(1, Math.ceil(secondsOf(input) / 60));
    case "1000_characters":
      return price.credits * Math.max(1, Math.ceil(prompt.length / 1000));
  }
}

function secondsOf({
  settings,
  usualSeconds,
  sourceSeconds,
}: Pick<
  Parameters<typeof priceOfOutput>[0],
  "settings" | "usualSeconds" | "sourceSeconds"
>): number {
  // What is made counts, where anything is; else what is read.
  return settings.seconds ?? usualSeconds ?? sourceSeconds;
}
