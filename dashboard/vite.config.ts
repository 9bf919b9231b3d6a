import { readFileSync } from 'node:fs'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vitest/config'

// Where `npm run dev` finds the server: start it with STOCKPULSE_AUTH=none, or sign in there first.
const server = process.env.STOCKPULSE_URL ?? 'http://127.0.0.1:8000'
const forwarded = ['/graphql', '/auth', '/sign-in', '/account', '/playground', '/readyz', '/livez']

// The texts behind the hashes in the bundle, for the server.
const documents = {
  name: 'persisted-documents',
  apply: 'build' as const,
  generateBundle(this: { emitFile(file: { type: 'asset'; fileName: string; source: string }): void }) {
    const source = readFileSync('src/gql/persisted-documents.json', 'utf8')
    this.emitFile({ type: 'asset', fileName: 'persisted-documents.json', source })
  },
}

export default defineConfig({
  base: './', // every address is relative to the page's base, so that a proxy may put it below any prefix
  plugins: [preact(), documents],
  build: {
    target: 'es2022',
    outDir: process.env.DASHBOARD_OUT ?? '../app/web/static/dashboard',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy allows no scripts or styles within the page
    modulePreload: { polyfill: false },
    manifest: 'files.json',
  },
  server: {
    proxy: Object.fromEntries(forwarded.map((path) => [path, { target: server, ws: true, changeOrigin: true }])),
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] },
})
