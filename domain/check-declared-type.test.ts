import { describe, expect, test } from "vitest";
import { MediaError } from "./errors.ts";
import { checkDeclaredType } from "./check-declared-type.ts";

const why = (file: Parameters<typeof checkDeclaredType>[0]): string | undefined => {
  try {
    checkDeclaredType(file);
    return undefined;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    expect(error.code).toBe("type_mismatch");
    return error.message;
  }
};

describe("checkDeclaredType", () => {
  test.each([
    [{ found: "image/png" }],
    [{ found: "image/png", declared: null, name: null }],
    [{ found: "image/png", declared: "", name: "" }],
    [{ found: "image/png", declared: "application/octet-stream", name: "picture" }],
    [{ found: "image/png", declared: "text/plain; charset=utf-8" }],
    [{ found: "image/jpeg", declared: "image/jpg", name: "a.JPG" }],
    [{ found: "image/jpeg", declared: "IMAGE/PJPEG ; q=1", name: "a.jfif" }],
    [{ found: "video/mp4", declared: "video/quicktime", name: "clip.mov" }],
    [{ found: "video/quicktime", declared: "video/mp4", name: "clip.m4v" }],
    [{ found: "audio/mp4", declared: "video/mp4", name: "song.m4a" }],
    [{ found: "audio/wav", declared: "audio/x-wav", name: "a.wav" }],
    [{ found: "audio/mpeg", declared: "audio/mp3", name: "a.b.mp3" }],
    [{ found: "audio/webm", declared: "video/webm", name: "a.webm" }],
    [{ found: "video/matroska", declared: "video/x-matroska", name: "a.mkv" }],
    [{ found: "audio/ogg", declared: "audio/opus", name: "a.opus" }],
    [{ found: "audio/aac", declared: "audio/vnd.dlna.adts", name: "a.adts" }],
    [{ found: "image/png", declared: "*/*" }],
    [{ found: "image/png", declared: "unknown/unknown" }],
    [{ found: "image/png", declared: "application/unknown" }],
    [{ found: "image/png", declared: "application/x-www-form-urlencoded; charset=utf-8" }],
    [{ found: "image/png", declared: "application/force-download" }],
    [{ found: "image/png", declared: "application/x-download" }],
    [{ found: "image/png", declared: "image/*" }],
    [{ found: "video/mp4", declared: "Video/*" }],
    [{ found: "audio/ogg", declared: "audio/*" }],
    // An ending that is none of media says nothing.
    [{ found: "image/png", name: "report.final" }],
  ])("lets %o pass", (file) => {
    expect(why(file)).toBeUndefined();
  });

  test.each([
    [{ found: "image/png", declared: "video/mp4" }, "sent as video/mp4"],
    [{ found: "image/png", declared: "image/jpeg", name: "a.png" }, "sent as image/jpeg"],
    [{ found: "image/jpeg", declared: "application/pdf" }, "sent as application/pdf"],
    [{ found: "image/jpeg", declared: "video/*" }, "sent as video/?"],
    [{ found: "image/jpeg", name: "a.png" }, "ends with .png"],
    [{ found: "video/mp4", declared: "video/mp4", name: "a.GIF" }, "ends with .gif"],
    [{ found: "audio/aac", declared: "audio/mpeg" }, "sent as audio/mpeg"],
    [{ found: "image/png", declared: "x\u0000<b>\r\ny/z" }, "sent as x??b???y/z"],
    [{ found: "image/png", declared: "a".repeat(900) }, `sent as ${"a".repeat(80)};`],
  ])("refuses %o", (file, words) => {
    expect(why(file)).toContain(words);
  });
});
