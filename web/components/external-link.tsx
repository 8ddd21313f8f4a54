import { Anchor, VisuallyHidden } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { texts } from "#web/lib/texts.ts";

/** A link that leaves the console, in a tab of its own that knows nothing of this one. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Anchor
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      size="sm"
      lh="24px"
      display="inline-block"
    >
      {children} <IconExternalLink size={14} aria-hidden style={{ verticalAlign: "-2px" }} />
      <VisuallyHidden>{` (${texts.common.opensNewTab})`}</VisuallyHidden>
    </Anchor>
  );
}
