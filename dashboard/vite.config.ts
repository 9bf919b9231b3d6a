import { defineConfig, type Plugin } from 'vite'
import { documents } from './documents'
import { shell } from './shell'

// Where `npm run dev` finds the server: start it with STOCKPULSE_AUTH=none, or sign in there first.
const server = process.env.DASHBOARD_SERVER ?? 'http://127.0.0.1:8000'
const forwarded = ['/graphql', '/auth', '/sign-in', '/account', '/playground', '/readyz', '/livez']

// As the server does it: the page names its root.
const base: Plugin = {
  name: 'base',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace('<base href="./">', '<base href="/">'),
}

export default defineConfig({
  base: './', // every address is relative to the page's base, so that a proxy may put it below any prefix
  plugins: [documents(), shell(), base],
  build: {
    target: 'es2022',
    outDir: process.env.DASHBOARD_OUT || '../app/web/static/dashboard',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy allows no scripts or styles within the page
    modulePreload: { polyfill: false },
    manifest: 'files.json',
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/worker/sw.ts' },
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: {
    proxy: Object.fromEntries(forwarded.map((path) => [path, { target: server, ws: true }])),
  },
})
