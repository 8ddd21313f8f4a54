import { Avatar } from "@mantine/core";

const colors: Record<string, string> = { sandbox: "teal", bluesky: "blue" };

/** A platform's sign: its first letter in a colour of its own. No logo is fetched from anywhere. */
export function PlatformMark({ platform, size = 40 }: { platform: string; size?: number }) {
  return (
    <Avatar color={colors[platform] ?? "grape"} radius="md" size={size} aria-hidden>
      {platform.charAt(0).toUpperCase()}
    </Avatar>
  );
}
