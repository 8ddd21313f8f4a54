import { Skeleton, Stack, VisuallyHidden } from "@mantine/core";
import { texts } from "#web/lib/texts.ts";

/** The place of what is being read. */
export function LoadingCards({ count = 3, height = 92 }: { count?: number; height?: number }) {
  return (
    <Stack gap="md" aria-busy>
      <VisuallyHidden role="status">{texts.common.loading}</VisuallyHidden>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={height} radius="lg" />
      ))}
    </Stack>
  );
}
