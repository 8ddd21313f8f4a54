/**
 * Which field of a model takes what: every model on Replicate has its own. From the schemas on replicate.com/<id>/api.
 */
export interface FieldNames {
  /** Takes one picture to change. */
  picture?: string;
  /** Takes a list of pictures, the one to change first. */
  pictures?: string;
  first?: string;
  last?: string;
  /** A list. */
  references?: string;
  /** Fills of `picture` what this shows. */
  mask?: string;
}

const veo: FieldNames = { first: "image", last: "last_frame" };

const fields: Record<string, FieldNames> = {
  "black-forest-labs/flux-2-pro": { pictures: "input_images" },
  "black-forest-labs/flux-kontext-pro": { picture: "input_image" },
  "black-forest-labs/flux-fill-pro": { picture: "image", mask: "mask" },
  "google/nano-banana": { pictures: "image_input" },
  "google/veo-3.1-fast": veo,
  "google/veo-3.1": { ...veo, references: "reference_images" },
  "kwaivgi/kling-v2.5-turbo-pro": { first: "start_image", last: "end_image" },
};

/** The fields of a model, by its id. */
export function fieldsOf(id: string): FieldNames {
  return fields[id] ?? {};
}
