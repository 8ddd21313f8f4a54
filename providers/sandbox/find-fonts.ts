import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

const folders = [
  "/usr/share/fonts",
  "/usr/local/share/fonts",
  "/System/Library/Fonts",
  "/Library/Fonts",
  "C:\\Windows\\Fonts",
  join(homedir(), ".local/share/fonts"),
  join(homedir(), ".fonts"),
];

let found: Promise<boolean> | undefined;

/**
 * Whether text can be drawn here. Asked of the file system once, because fontconfig itself writes to stderr where it
 * finds no configuration, and draws nothing, silently, where it finds no font.
 */
export function fontsExist(): Promise<boolean> {
  found ??= lookForFonts({
    folders,
    configured: process.platform !== "linux" || existsSync("/etc/fonts/fonts.conf"),
  });
  return found;
}

export async function lookForFonts({
  folders,
  configured,
}: {
  folders: readonly string[];
  configured: boolean;
}): Promise<boolean> {
  if (!configured) return false;
  for (const folder of folders) if (await holdsFont(folder, 5)) return true;
  return false;
}

async function holdsFont(folder: string, levels: number): Promise<boolean> {
  if (levels === 0 || !existsSync(folder)) return false;
  const inside = await readdir(folder, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      // A folder that we may not read, or that has just gone, holds no font for us.
      if (error.code === "EACCES" || error.code === "ENOENT" || error.code === "ENOTDIR") return [];
      throw error;
    },
  );
  if (inside.some((entry) => !entry.isDirectory() && /\.(?:ttf|otf|ttc|pfb)$/iu.test(entry.name)))
    return true;
  for (const entry of inside) {
    if (entry.isDirectory() && (await holdsFont(join(folder, entry.name), levels - 1))) return true;
  }
  return false;
}
