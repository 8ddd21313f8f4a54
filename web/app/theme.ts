import { createTheme, type CSSVariablesResolver } from "@mantine/core";
import { texts } from "#web/lib/texts.ts";

const closeButtonProps = { "aria-label": texts.common.close };

/** The console's look. Contrast in both colour schemes is held by axe in test/e2e/console.test.ts. */
export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  headings: { fontWeight: "650" },
  components: {
    Card: { defaultProps: { withBorder: true, padding: "lg", radius: "lg" } },
    NavLink: { styles: { root: { borderRadius: "var(--mantine-radius-md)" } } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { centered: true, radius: "lg", closeButtonProps } },
    Notification: { defaultProps: { closeButtonProps } },
    Anchor: { defaultProps: { underline: "always" } },
  },
});

const amber = "#8a4b00";
const crimson = "#c92a2a";

/** Colours that Mantine's own choice leaves too pale to read. */
export const cssVariablesResolver: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
    "--mantine-color-error": crimson,
    "--mantine-color-anchor": colors.indigo[8],
    ...Object.fromEntries(
      (["indigo", "teal", "blue", "yellow", "red", "grape"] as const).flatMap((name) => [
        [`--mantine-color-${name}-light`, colors[name][0]],
        [`--mantine-color-${name}-light-hover`, colors[name][1]],
      ]),
    ),
    "--mantine-color-yellow-light-color": amber,
    "--mantine-color-yellow-outline": amber,
    "--mantine-color-red-light-color": crimson,
    "--mantine-color-red-outline": crimson,
    "--console-ground": colors.gray[0],
    "--console-line": colors.gray[3],
    "--console-mark": colors.indigo[8],
  },
  dark: {
    "--mantine-color-dimmed": colors.dark[1],
    "--mantine-color-placeholder": colors.dark[2],
    "--mantine-color-error": "#ff8787",
    "--mantine-color-anchor": colors.indigo[3],
    "--console-ground": colors.dark[8],
    "--console-line": colors.dark[4],
    "--console-mark": colors.indigo[3],
  },
});
