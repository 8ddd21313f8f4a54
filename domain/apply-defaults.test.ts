import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDefaults } from "./apply-defaults.ts";
import type { ChannelDefaults } from "./schemas/channel-defaults.ts";

const facts = { platform: "mastodon", channel: "ada", campaign: "spring", post: "p1" };
const none: ChannelDefaults = { hashtags: [], signature: "", utm: {} };
const apply = (
  text: string,
  defaults: Partial<ChannelDefaults>,
  campaign: string | null = "spring",
) => applyDefaults([text], { ...none, ...defaults }, { ...facts, campaign })?.[0] ?? text;

describe("a channel's defaults", () => {
  it("change nothing where there are none", () => {
    expect(applyDefaults(["Ahoy"], null, facts)).toBeNull();
    expect(applyDefaults(["Ahoy "], none, facts)).toBeNull();
  });

  it("end the text with the signature, then the hashtags", () => {
    expect(apply("Ahoy\n", { signature: "Ada, at sea", hashtags: ["sea", "harbour"] })).toBe(
      "Ahoy\n\nAda, at sea\n\n#sea #harbour",
    );
    expect(apply("", { hashtags: ["sea"] })).toBe("#sea");
  });

  it("leave out what the text holds", () => {
    expect(apply("The #Sea, Ahoy", { hashtags: ["sea", "SEA", "ships"] })).toBe(
      "The #Sea, Ahoy\n\n#ships",
    );
    expect(apply("Ahoy\r\nAda\r\nBye", { signature: "Ada" })).toBe("Ahoy\r\nAda\r\nBye");
    expect(apply("Ahoy Adam", { signature: "Ada" })).toBe("Ahoy Adam\n\nAda");
    expect(apply("By Ada\n\nMore", { signature: "#sea", hashtags: ["sea"] })).toBe(
      "By Ada\n\nMore\n\n#sea",
    );
  });

  it.each(["#seaside", "https://example.com/#sea", "https://example.com/a#sea", "a#sea", "&#sea"])(
    "take no %s for the hashtag #sea",
    (text) => {
      expect(apply(text, { hashtags: ["sea"] })).toBe(`${text}\n\n#sea`);
    },
  );

  it("fill in the placeholders, and leave out what comes out empty", () => {
    const utm = {
      source: "{platform}",
      medium: "s-{channel}",
      campaign: "{campaign}",
      content: "{post}",
    };
    expect(apply("https://a.example", { utm })).toBe(
      "https://a.example?utm_source=mastodon&utm_medium=s-ada&utm_campaign=spring&utm_content=p1",
    );
    expect(apply("https://a.example", { utm }, null)).toBe(
      "https://a.example?utm_source=mastodon&utm_medium=s-ada&utm_content=p1",
    );
  });

  it("are cut where a template fills in more than it shows", () => {
    const utm = { source: "{campaign}".repeat(20), term: "s".repeat(200) };
    const [, source = "", term] =
      /utm_source=(.*)&utm_term=(.*)$/.exec(
        apply("https://a.example", { utm }, "🌱".repeat(150)),
      ) ?? [];
    expect(decodeURIComponent(source)).toBe("🌱".repeat(200));
    expect(term).toBe("s".repeat(200));
  });

  it("tag the links of every part and of the signature, and sign the post alone", () => {
    const defaults = {
      ...none,
      signature: "More: https://b.example",
      utm: { source: "x" },
    };
    expect(applyDefaults(["Ahoy", "Two", "https://a.example"], defaults, facts)).toEqual([
      "Ahoy\n\nMore: https://b.example?utm_source=x",
      "Two",
      "https://a.example?utm_source=x",
    ]);
  });

  it("are applied once, however often: each hashtag and the signature are there once", () => {
    const word = fc.stringMatching(/^[a-zA-Zäéж][a-zA-Z0-9_é]{0,8}$/);
    const text = fc
      .array(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          word.map((tag) => `#${tag}`),
          fc.webUrl({ withFragments: true, withQueryParameters: true }),
          fc.constantFrom("\n", "\r\n", "\n\n", " "),
        ),
      )
      .map((pieces) => pieces.join(" "));
    const signature = fc
      .oneof(fc.string({ unit: "grapheme" }), fc.webUrl(), fc.constant("A\nB #c"))
      .map((given) => given.replaceAll(/\r\n?/g, "\n").trim());
    fc.assert(
      fc.property(
        text,
        signature,
        fc.array(word, { maxLength: 5 }),
        fc.option(word, { nil: undefined }),
        (asked, sign, hashtags, source) => {
          const defaults = { hashtags, signature: sign, utm: source ? { source } : {} };
          const once = applyDefaults([asked], defaults, facts)?.[0] ?? asked;
          expect(applyDefaults([once], defaults, facts)).toBeNull();
          const tags = [...once.matchAll(/(?<![\p{L}\p{M}\p{N}_&/#＃])#([\p{L}\p{M}\p{N}_]+)/gu)];
          for (const wanted of hashtags)
            expect(tags.some(([, tag]) => tag?.toLowerCase() === wanted.toLowerCase())).toBe(true);
        },
      ),
    );
  });
});
