// The editor's language services run in web workers, served from this origin like everything else.
// WORKERS is written in by bundle.mjs: the name of each worker's file, hash included.
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(new URL(WORKERS[label] ?? WORKERS.editor, import.meta.url), { type: "module" }),
};
