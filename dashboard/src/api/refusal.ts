// Why requests were refused, in the page's words: the server says it in English.
import type { UserError } from './problem'

interface Refusable {
  userErrors?: readonly UserError[]
  /** What became of each line of a request for many. */
  results?: readonly Refusable[]
}

const errorsOf = ({ userErrors = [], results = [] }: Refusable): UserError[] => [
  ...userErrors,
  ...results.flatMap(errorsOf),
]

/** Put all refusals of a mutation in the page's words; they stay as they are where the words cannot be loaded. */
export async function putInWords(data: object): Promise<void> {
  const errors = Object.values(data).flatMap((payload: Refusable | null) => (payload ? errorsOf(payload) : []))
  if (errors.length === 0) return
  try {
    const { refusalText } = await import('../text/refusals')
    for (const error of errors) error.message = refusalText(error)
  } catch {
    // a newer build may have taken the file away
  }
}
