// One intention for many things: each is an operation of its own, and what is refused does not hold up the rest.
import { Problem } from './problem'

const AT_ONCE = 6

export interface Outcome {
  done: number
  refused: readonly Problem[]
}

/** Do something for each, some at a time. Raises Problem where it may succeed later, with the same keys. */
export async function forEach<Thing>(
  things: readonly Thing[],
  perform: (thing: Thing, index: number) => Promise<unknown>,
): Promise<Outcome> {
  const refused: Problem[] = []
  let next = 0
  let done = 0
  async function work(): Promise<void> {
    while (next < things.length) {
      const index = next++
      try {
        await perform(things[index]!, index)
        done += 1
      } catch (error) {
        if (!(error instanceof Problem) || error.isUncertain) throw error
        refused.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, things.length) }, work))
  return { done, refused }
}
