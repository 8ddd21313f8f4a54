/** Who speaks. */
export interface Voice {
  id: string;
  title: string;
  /** espeak-ng's, 0…99; 50 is its own. */
  espeakPitch: number;
  /** Of the tones that stand in for it, in hertz. */
  pitch: number;
}

export const voices = [
  { id: "fern", title: "Fern, high", espeakPitch: 80, pitch: 220 },
  { id: "moss", title: "Moss, middle", espeakPitch: 50, pitch: 165 },
  { id: "alder", title: "Alder, low", espeakPitch: 20, pitch: 110 },
] as const satisfies readonly Voice[];

/** espeak-ng's voices by language (BCP 47, lower case), from `espeak-ng --voices` of 1.51. */
const languageVoices: Record<string, string> = {
  ar: "ar",
  bg: "bg",
  ca: "ca",
  cs: "cs",
  da: "da",
  de: "de",
  el: "el",
  en: "en-gb",
  "en-us": "en-us",
  es: "es",
  "es-mx": "es-419",
  et: "et",
  fi: "fi",
  fr: "fr-fr",
  "fr-be": "fr-be",
  "fr-ch": "fr-ch",
  he: "he",
  hi: "hi",
  hr: "hr",
  hu: "hu",
  id: "id",
  it: "it",
  ja: "ja",
  ko: "ko",
  lt: "lt",
  lv: "lv",
  nb: "nb",
  nl: "nl",
  no: "nb",
  pl: "pl",
  pt: "pt",
  "pt-br": "pt-br",
  ro: "ro",
  ru: "ru",
  sk: "sk",
  sl: "sl",
  sr: "sr",
  sv: "sv",
  tr: "tr",
  uk: "uk",
  vi: "vi",
  zh: "cmn",
};

/** espeak-ng's name of the voice for a language tag such as `pt-BR`; undefined where none is known. Pure. */
export function espeakLanguage(tag: string): string | undefined {
  const parts = tag.toLowerCase().split("-");
  for (let length = parts.length; length > 0; length -= 1) {
    const known = Object.entries(languageVoices).find(
      ([name]) => name === parts.slice(0, length).join("-"),
    );
    if (known !== undefined) return known[1];
  }
  return undefined;
}
