// What can go wrong with a request, as one kind of error with a sentence for people.

/** An error that the server reports in `userErrors`: nothing was changed. */
export interface UserError {
  code: string
  message: string
  field?: readonly string[] | null
}

interface GraphQLErrorLike {
  message: string
  extensions?: { code?: string; retryAfterSeconds?: number }
}

/** A request that was not carried out, or whose answer is not known. */
export class Problem extends Error {
  constructor(
    message: string,
    /** The server's error code, or `UNREACHABLE` where there was no answer. */
    readonly code: string,
    /** Whether the same request may succeed a little later. */
    readonly isTemporary: boolean,
    /** What is wrong with which part of the input. */
    readonly userErrors: readonly UserError[] = [],
    /** How many milliseconds the server asks to wait before the next attempt. */
    readonly retryAfterMs = 0,
  ) {
    super(message)
    this.name = 'Problem'
  }

  /** Whether another sign-in, or another build of the page, may do it: what was sent before may have been done. */
  get isOfSession(): boolean {
    return this.code === 'UNAUTHENTICATED' || this.code === 'PERSISTED_QUERY_NOT_FOUND'
  }

  /** Whether it is not known that nothing was changed: only the same key again is safe. */
  get isUncertain(): boolean {
    return this.isTemporary || this.isOfSession || FAULTS.has(this.code)
  }
}

const FAULTS = new Set(['INTERNAL', 'UNKNOWN'])

const TEMPORARY = new Set([
  'UNREACHABLE',
  'UNAVAILABLE',
  'TIMEOUT',
  'RATE_LIMITED',
  'THROTTLED',
  'OVERLOADED',
  'CONFLICT',
])

export const unreachable = () => new Problem('', 'UNREACHABLE', true)

/** Return the problem that GraphQL errors describe. */
export function problemOf(errors: readonly GraphQLErrorLike[]): Problem {
  const [first] = errors
  const { code = 'UNKNOWN', retryAfterSeconds } = first?.extensions ?? {}
  const isTemporary = TEMPORARY.has(code) || retryAfterSeconds !== undefined
  return new Problem(first?.message ?? code, code, isTemporary, [], (retryAfterSeconds ?? 0) * 1000)
}

/** Return the problem that user errors describe. */
export function refusalOf(errors: readonly UserError[]): Problem {
  const messages = errors.map(({ message }) => message).join(' ')
  return new Problem(messages, errors[0]?.code ?? 'UNKNOWN', false, errors)
}
