import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` of this workspace finds a server that runs already. */
const SERVER = 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The server puts a fresh nonce in this place of every page it sends.
  html: { cspNonce: 'WEIR_NONCE' },
  build: {
    target: 'es2023',
    manifest: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // Nothing in data: URLs, which the policy of the page refuses.
    assetsInlineLimit: 0,
    // A slow machine is nothing to warn about.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { proxy: { '/api': SERVER, '/v1': SERVER } },
});
