// Names that are typed with commas between them.

/** Return the names of a text, each once. */
export const listed = (text: string): string[] =>
  [...new Set(text.split(',').map((name) => name.trim()))].filter(Boolean)
