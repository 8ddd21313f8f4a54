import { MEDIA_LIMITS } from "./contract.ts";
import { DEMUXERS } from "./file-types.ts";
import type { Demuxer } from "./file-types.ts";

/**
 * The decoders that may touch an uploaded file: what phones, cameras, browsers and editors write. The rare ones are
 * where the holes are.
 */
const DECODERS = [
  "h264 hevc vp8 vp9 libvpx-vp8 libvpx-vp9 libdav1d libaom-av1 av1 mpeg4 mjpeg prores gif png",
  "aac alac mp3 mp3float opus libopus vorbis libvorbis flac ac3 eac3",
  // Not used, but ffprobe opens every track and gives up at one that it may not open.
  "ssa ass subrip srt mov_text webvtt cc_dec",
  "pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_f32le pcm_u8 pcm_mulaw pcm_alaw",
]
  .join(" ")
  .split(" ");

/** No single block of memory larger than this; a frame of 50 MP at 16 bits with alpha has 400 MB. */
const MAX_ALLOC = 512 * 1024 * 1024;

/**
 * The options before `-i` for a file that we did not write, for ffmpeg and ffprobe alike. The demuxer is chosen by us:
 * `-protocol_whitelist file` alone would still let a playlist or a concat script read other local files.
 */
export function guardedInput(demuxer: Demuxer): string[] {
  return [
    ["-max_alloc", `${MAX_ALLOC}`],
    ["-protocol_whitelist", "file"],
    ["-format_whitelist", DEMUXERS.join(",")],
    ["-codec_whitelist", DECODERS.join(",")],
    ["-max_pixels", `${MEDIA_LIMITS.pixels}`],
    ["-f", demuxer],
  ].flat();
}
