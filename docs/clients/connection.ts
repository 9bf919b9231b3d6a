// Where the server is, what it is asked with, when to connect again, and when to stop.
export const url = process.env.SERVER_URL ?? 'http://127.0.0.1:8000/graphql'
export const authorization = `Bearer ${process.env.STOCKPULSE_KEY}`

// Soon at first, then within five seconds, and at another moment than all other clients.
export async function pause(retries: number): Promise<void> {
  const longest = Math.min(5_000, 500 * 2 ** retries)
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longest))
}

// What ends the program: the operation was refused, or the connection was closed for good. With 4401, sign in again.
export function stop(problem: unknown): never {
  console.error((problem as { reason?: string }).reason ?? problem)
  process.exit(1)
}
