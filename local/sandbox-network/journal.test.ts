import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournal } from "./journal.ts";

describe("openJournal", () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "drumbeat-journal-"));
    path = join(dir, "journal.jsonl");
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  it("gives back what was appended, in order", () => {
    const first = openJournal({ path });
    first.journal.append({ number: 1, text: "a line\nbreak, ü" });
    first.journal.append({ number: 2 }, { sync: true });
    first.journal.close();
    const second = openJournal({ path });
    second.journal.append({ number: 3 });
    second.journal.close();
    const third = openJournal({ path });
    third.journal.close();
    expect(third.entries).toEqual([
      { number: 1, text: "a line\nbreak, ü" },
      { number: 2 },
      { number: 3 },
    ]);
  });

  it("has written an entry before append returns", () => {
    const { journal } = openJournal({ path });
    journal.append({ number: 1 });
    expect(readFileSync(path, "utf8")).toBe('{"number":1}\n');
    journal.close();
  });

  it("cuts off a line that a crash left unfinished", () => {
    writeFileSync(path, '{"number":1}\n{"number":2}\n');
    appendFileSync(path, '{"numb');
    const { entries, journal } = openJournal({ path });
    expect(entries).toEqual([{ number: 1 }, { number: 2 }]);
    journal.append({ number: 3 });
    journal.close();
    expect(readFileSync(path, "utf8")).toBe('{"number":1}\n{"number":2}\n{"number":3}\n');
  });

  it("holds all that came before, wherever in a line the crash was", () => {
    const kept = '{"number":1}\n';
    const line = Buffer.from('{"number":2,"text":"ü\\n👩‍👩‍👧"}\n');
    for (let written = 0; written <= line.length; written++) {
      writeFileSync(path, Buffer.concat([Buffer.from(kept), line.subarray(0, written)]));
      const { entries, journal } = openJournal({ path });
      expect(entries, `${written} bytes`).toHaveLength(written === line.length ? 2 : 1);
      journal.append({ number: 3 });
      journal.close();
      const again = openJournal({ path });
      again.journal.close();
      expect(again.entries.at(-1), `${written} bytes`).toEqual({ number: 3 });
    }
  });

  it("refuses a file that something else has changed, naming the line", () => {
    writeFileSync(path, '{"number":1}\nnot json\n{"number":3}\n');
    expect(() => openJournal({ path })).toThrow(/journal\.jsonl line 2 is not JSON/);
  });

  it("writes nothing any more once closed", () => {
    const { journal } = openJournal({ path });
    journal.close();
    expect(() => journal.append({ number: 1 })).toThrow(/is closed/);
  });
});
