// Bundles the page into the folder named on the command line: index.html beside assets/, whose names carry a hash.
// Addresses are relative to /graphql, so that the page also works below a path prefix.
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const target = process.argv[2];
const here = import.meta.dirname;

/** Leave the editor's own style sheets out: graphiql/style.css carries them already. */
const oneStyleSheet = {
  name: "one-style-sheet",
  setup: ({ onLoad }) => onLoad({ filter: /monaco-editor.*\.css$/ }, () => ({ contents: "", loader: "css" })),
};

const options = {
  absWorkingDir: here,
  assetNames: "[name]-[hash]",
  bundle: true,
  chunkNames: "[name]-[hash]",
  entryNames: "[name]-[hash]",
  format: "esm",
  jsx: "automatic",
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
  minify: true,
  plugins: [oneStyleSheet],
  outdir: join(target, "assets"),
  splitting: true,
  target: "es2022",
};

/** Bundle the entries, and return what each became: its script's and its style's file names. */
async function bundle(entryPoints, define = {}) {
  // esbuild has printed what is wrong by the time it throws.
  const { metafile } = await build({ ...options, entryPoints, define }).catch(() => process.exit(1));
  const built = new Map();
  for (const [file, { entryPoint, cssBundle }] of Object.entries(metafile.outputs)) {
    if (entryPoint) built.set(entryPoint, { script: basename(file), style: cssBundle && basename(cssBundle) });
  }
  return entryPoints.map((entry) => built.get(entry));
}

const [editor, graphql, json] = await bundle([
  "node_modules/monaco-editor/esm/vs/editor/editor.worker.js",
  "node_modules/monaco-graphql/esm/graphql.worker.js",
  "node_modules/monaco-editor/esm/vs/language/json/json.worker.js",
]);
const workers = { editor: editor.script, graphql: graphql.script, json: json.script };
const [page] = await bundle(["main.jsx"], { WORKERS: JSON.stringify(workers) });

await writeFile(
  join(target, "index.html"),
  `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Stockpulse GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="playground/${page.style}">
    <script type="module" src="playground/${page.script}"></script>
  </head>
  <body>
    <div id="graphiql"><p>Loading GraphiQL…</p></div>
    <noscript>GraphiQL needs JavaScript.</noscript>
  </body>
</html>
`,
);
