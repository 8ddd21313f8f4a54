import { MediaError } from "./errors.ts";

/**
 * Types that go by several names, or that people and programs rightly take for each other, with what their files' names
 * end with (https://www.iana.org/assignments/media-types, and what browsers and systems say besides).
 */
const FAMILIES: { types: string[]; endings: string[] }[] = [
  {
    types: ["image/jpeg", "image/jpg", "image/pjpeg"],
    endings: ["jpg", "jpeg", "jpe", "jfif"],
  },
  {
    types: ["image/png", "image/x-png", "image/apng", "image/vnd.mozilla.apng"],
    endings: ["png", "apng"],
  },
  { types: ["image/webp"], endings: ["webp"] },
  { types: ["image/gif"], endings: ["gif"] },
  { types: ["image/avif", "image/avif-sequence"], endings: ["avif", "avifs"] },
  {
    // One container, with pictures or without.
    types: [
      ...["video/mp4", "video/x-m4v", "video/m4v", "video/quicktime", "video/3gpp", "video/3gpp2"],
      ...["audio/mp4", "audio/x-m4a", "audio/m4a", "audio/quicktime", "audio/3gpp"],
      "application/mp4",
    ],
    endings: ["mp4", "m4v", "mov", "qt", "m4a", "m4b", "3gp", "3g2"],
  },
  {
    types: [
      ...["video/webm", "audio/webm", "video/matroska", "audio/matroska"],
      ...["video/x-matroska", "audio/x-matroska"],
    ],
    endings: ["webm", "weba", "mkv", "mka"],
  },
  {
    types: ["audio/mpeg", "audio/mp3", "audio/mpeg3", "audio/x-mpeg", "audio/x-mp3"],
    endings: ["mp3", "mpga"],
  },
  {
    types: ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/x-pn-wav"],
    endings: ["wav", "wave"],
  },
  { types: ["audio/flac", "audio/x-flac"], endings: ["flac"] },
  {
    types: ["audio/ogg", "video/ogg", "application/ogg", "audio/opus", "audio/vorbis"],
    endings: ["ogg", "oga", "ogv", "opus"],
  },
  {
    types: ["audio/aac", "audio/aacp", "audio/x-aac", "audio/x-hx-aac-adts", "audio/vnd.dlna.adts"],
    endings: ["aac", "adts"],
  },
];

/** What forms, tools and servers say of a file of which they know nothing. */
const NOTHING = new Set([
  ...["", "*/*", "application/octet-stream", "binary/octet-stream", "text/plain"],
  ...["unknown/unknown", "application/unknown", "application/x-www-form-urlencoded"],
  ...["application/force-download", "application/x-download"],
]);

/** A stated type without parameters, or undefined where it says nothing. Pure. */
export function statedType(type: string | null | undefined): string | undefined {
  const [name = ""] = (type ?? "").toLowerCase().split(";");
  return NOTHING.has(name.trim()) ? undefined : name.trim();
}

/**
 * Holds what was said of a file against what it is: its stated type, and what its name ends with where that is known as an
 * ending of media. Says nothing where nothing was said. Pure. Throws MediaError `type_mismatch`.
 */
export function checkDeclaredType(file: {
  /** By its content, as its probe says. */
  found: string;
  /** As its sender, or the server that it comes from, says. */
  declared?: string | null | undefined;
  name?: string | null | undefined;
}): void {
  const own = FAMILIES.find(({ types }) => types.includes(file.found));
  const stated = statedType(file.declared);
  // What browsers and tools say that know its kind alone.
  const kind = `${file.found.split("/")[0]}/*`;
  if (stated !== undefined && ![file.found, kind, ...(own?.types ?? [])].includes(stated))
    throw mismatch(file.found, `it was sent as ${printable(stated)}`);
  const ending = /\.([a-z0-9]{1,8})$/i.exec(file.name ?? "")?.[1]?.toLowerCase();
  const named = FAMILIES.find(({ endings }) => ending !== undefined && endings.includes(ending));
  if (named && named !== own) throw mismatch(file.found, `its name ends with .${ending}`);
}

function printable(type: string): string {
  return type.replaceAll(/[^\w.+/-]/g, "?").slice(0, 80);
}

function mismatch(found: string, said: string): MediaError {
  return new MediaError(`it is ${found} by its content, but ${said}; send it as what it is`, {
    code: "type_mismatch",
  });
}
