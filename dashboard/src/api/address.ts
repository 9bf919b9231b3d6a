// Where the server is. The base element says it, so that a proxy may put everything below any prefix.

// Read once: a relative base would be resolved anew after the address has changed.
const root = new URL('.', document.baseURI)

/** Return the address of a path of this server, such as `graphql`. */
export const addressOf = (path: string): URL => new URL(path, root)

/** The path of the dashboard's first page: `/`, or the prefix that a proxy puts before it. */
export const rootPath = (): string => root.pathname

/** The header by which the server knows that a page of its own has sent a request. */
export const ON_PURPOSE = { 'graphql-preflight': '1' }
