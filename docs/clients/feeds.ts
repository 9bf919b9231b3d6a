// What makes a feed exact over lost connections: a feed with cursors goes on after
// its last event, and of a level only what is newer than what was shown passes.
import type { ExecutionResult } from 'graphql'

interface Request {
  query: string
  variables?: Record<string, unknown> | null | undefined
}
interface Event {
  cursor?: string
  level?: { id?: string; version?: number }
}
interface Receiver {
  next(result: ExecutionResult<any, any>): void
  error(problem: unknown): void
  complete(): void
}
type Subscribe = (request: any, receiver: any, ...more: any[]) => () => void

export function exact<T extends { subscribe: Subscribe }>(client: T): T {
  const versions = new Map<string, number>()

  function isOld({ level }: Event): boolean {
    if (level?.id === undefined || level.version === undefined) return false
    if (level.version < (versions.get(level.id) ?? 0)) return true
    versions.set(level.id, level.version)
    return false
  }

  function subscribe(request: Request, receiver: Receiver, ...more: unknown[]): () => void {
    const variables = { ...request.variables } // they are sent again, as they are by then, with each connection
    function next(result: ExecutionResult<Record<string, Event>>): void {
      for (const event of Object.values(result.data ?? {})) {
        if (event.cursor) variables.after = event.cursor
        if (isOld(event)) return
      }
      receiver.next(result)
    }
    const error = (problem: unknown) => receiver.error(problem)
    const complete = () => receiver.complete()
    return client.subscribe({ ...request, variables }, { next, error, complete }, ...more)
  }

  return { ...client, subscribe }
}
