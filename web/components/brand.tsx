import { Group, Text } from "@mantine/core";
import { texts } from "#web/lib/texts.ts";

/** The product's sign and name. */
export function Brand({ size = 28 }: { size?: number }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="9" fill="#3b5bdb" />
        <path
          d="M6 18v-4M11 22V10M16 25V7M21 21V11M26 18v-4"
          stroke="#fff"
          strokeWidth="3"
          strokeLinecap="round"
        />
      </svg>
      <Text fw={700} size="lg" lts="-0.01em">
        {texts.product}
      </Text>
    </Group>
  );
}
