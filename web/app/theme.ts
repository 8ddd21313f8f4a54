import { createTheme, type CSSVariablesResolver } from "@mantine/core";

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
    Modal: { defaultProps: { centered: true, radius: "lg" } },
    Anchor: { defaultProps: { underline: "always" } },
  },
});

/** Colours that Mantine's own choice leaves too pale to read. */
export const cssVariablesResolver: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-placeholder": colors.gray[7],
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-anchor": colors.indigo[8],
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
