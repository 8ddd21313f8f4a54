import react from "@vitejs/plugin-react";
import mantine from "postcss-preset-mantine";
import { defineConfig } from "vite";

/** Where `npx vite web` finds a running product; the console is then served by Vite, all else by the product. */
const product = process.env["DRUMBEAT_API"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  css: { postcss: { plugins: [mantine()] } },
  build: {
    target: "es2023",
    // A file each: the content security policy lets nothing in that is written into the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: false,
    // How much loads at first is held by test/api/console.test.ts.
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/docs", "/openapi.json", "/temporal"].map((path) => [
        path,
        // The product refuses what other origins send.
        { target: product, headers: { origin: product } },
      ]),
    ),
  },
});
