import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tagLinks } from "./tag-links.ts";

const values = { source: "mastodon", campaign: "Spring & sea" };
const query = "utm_source=mastodon&utm_campaign=Spring%20%26%20sea";

describe("links", () => {
  it.each([
    ["alone", "https://example.com/a", `https://example.com/a?${query}`],
    ["without a path", "http://example.com", `http://example.com?${query}`],
    ["in capitals", "HTTPS://Example.com/A", `HTTPS://Example.com/A?${query}`],
    ["with a query", "https://example.com/?a=1", `https://example.com/?a=1&${query}`],
    ["asked about", "https://example.com/?", `https://example.com/?${query}?`],
    ["with an open query", "https://example.com/?a&", `https://example.com/?a&${query}`],
    ["with two question marks", "https://example.com/??#a", `https://example.com/??&${query}#a`],
    ["with a fragment", "https://example.com/#a?b", `https://example.com/?${query}#a?b`],
    ["at a sentence's end", "See https://example.com/a.", `See https://example.com/a?${query}.`],
    ["in brackets", "(https://example.com/a)", `(https://example.com/a?${query})`],
    ["with brackets", "https://example.com/a_(b)", `https://example.com/a_(b)?${query}`],
    ["quoted", "“https://example.com/a”", `“https://example.com/a?${query}”`],
    [
      "of two",
      "https://a.example https://b.example",
      `https://a.example?${query} https://b.example?${query}`,
    ],
  ])("%s get the parameters", (_name, text, tagged) => {
    expect(tagLinks(text, values)).toBe(tagged);
  });

  it.each([
    "no link at all: example.com",
    "ftp://example.com/a",
    "mailto:a@example.com",
    "https://",
    "https://example.com/?utm_medium=print",
    "https://example.com/?a=1&UTM_Source=x#b",
  ])("that are none, or have parameters of their own, stay: %s", (text) => {
    expect(tagLinks(text, values)).toBe(text);
  });

  it("may end in as many closing characters as a text holds", () => {
    const end = ").".repeat(50_000);
    expect(tagLinks(`http://a.example/b${end}`, values)).toBe(`http://a.example/b?${query}${end}`);
  });

  it("stay where no parameter has a value", () => {
    expect(tagLinks("https://example.com/", { source: " ", term: "" })).toBe(
      "https://example.com/",
    );
  });

  it("get each parameter once, keep their address, path and fragment, and are tagged once", () => {
    const address = fc
      .webUrl({ withQueryParameters: true, withFragments: true })
      .filter((link) => /[\w/]$/.test(link));
    fc.assert(
      fc.property(address, fc.string({ unit: "grapheme", minLength: 1 }), (link, source) => {
        const text = `Look: ${link} there`;
        const tagged = tagLinks(text, { source });
        expect(tagLinks(tagged, { source: "other", medium: "x" })).toBe(
          source.trim() === "" ? tagLinks(text, { source: "other", medium: "x" }) : tagged,
        );
        const [before, after] = [text, tagged].map((one) => new URL(one.split(" ")[1] ?? ""));
        expect(after?.origin).toBe(before?.origin);
        expect(after?.pathname).toBe(before?.pathname);
        if (source.trim() !== "" && tagged !== text)
          expect(after?.searchParams.getAll("utm_source")).toEqual([source.trim()]);
      }),
    );
  });

  it("are added to as many links as fit into any text", () => {
    const text = "https://a.example ".repeat(5_500);
    const source = "x".repeat(200);
    const tagged = tagLinks(text, { source });
    expect(tagged.length).toBeGreaterThan(200_000);
    expect(tagged.length).toBeLessThan(200_000 + 300);
    expect(tagLinks(tagged, { source })).toBe(tagged);
  });

  it("are all that changes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!/https?:/i.test(text));
        expect(tagLinks(text, values)).toBe(text);
      }),
    );
  });
});
