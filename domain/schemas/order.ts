/** Shapes of the words by which people keep their work in order. */
import { z } from "zod";

export const Campaign = z.string().trim().min(1).max(200);

/** Labels: one that differs from an earlier one by case alone is left out. */
export const Labels = z
  .array(z.string().trim().min(1).max(60))
  .max(20)
  .overwrite((labels) =>
    labels.filter(
      (label, index) =>
        labels.findIndex((other) => other.toLowerCase() === label.toLowerCase()) === index,
    ),
  );

/** The client's own order: shared by whatever carries it. */
export const order = {
  campaign: Campaign.describe("What it belongs to; lists and usage can be narrowed by it"),
  labels: Labels.describe("At most 20, of which no two differ by case alone"),
};
