import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the operator console. `npm run build` sets the output folder; files are named after their content. */
export default defineConfig({
  root: import.meta.dirname,
  // URLs are relative to the base URL in the page, so that the console works under any path prefix.
  base: './',
  plugins: [react()],
  clearScreen: false,
  build: {
    outDir: process.env.CONSOLE_OUT_DIR ?? '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    // The polyfill would be an inline script, which the content security policy forbids.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
