import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";

/** No violation of WCAG 2.2 AA that axe can find, in either theme. CONSOLE_SCREENSHOTS names a folder for pictures. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  const pictures = process.env["CONSOLE_SCREENSHOTS"];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    if (pictures) {
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${screen}-${colorScheme}.png`) });
    }
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
      .analyze();
    const told = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`,
    );
    expect.soft(told, `${screen}, ${colorScheme}`).toEqual([]);
  }
}
