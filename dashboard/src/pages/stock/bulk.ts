// What is done to many levels: task by task, with what became of each level.
//
// Rule: a task has one idempotency key for good. One that was not answered is repeated under it; one that was is not.
import { newKey, persist } from '../../api/action'
import { Problem, unreachable } from '../../api/problem'
import { sentenceOf } from '../../text/failures'

/** What became of a target: done where nothing is said; done but for something; or refused, so that nothing has changed. */
export type Answer = { but: string } | { refused: string } | undefined

/** A request for some of the targets. Returns what became of each of them, in their order. Raises Problem. */
export interface Task<Target> {
  targets: readonly Target[]
  perform(idempotencyKey: string): Promise<readonly Answer[]>
}

export interface Remark<Target> {
  target: Target
  message: string
}

const AT_ONCE = 5 // of the six connections that a browser has to a server, one is left for what else the page reads

export class Bulk<Target> {
  readonly refused: Remark<Target>[] = []
  /** What was done only in part: not to be done again. */
  readonly partly: Remark<Target>[] = []
  /** How many targets were asked for, and how many of them were done. */
  readonly total: number
  done = 0
  /** What kept tasks from being answered. */
  problem: Problem | undefined

  readonly #waiting: { task: Task<Target>; key: string }[]

  constructor(tasks: readonly Task<Target>[]) {
    this.#waiting = tasks.map((task) => ({ task, key: newKey() }))
    this.total = tasks.reduce((sum, { targets }) => sum + targets.length, 0)
  }

  /** Whether some targets are neither done nor refused. */
  get isUnanswered(): boolean {
    return this.#waiting.length > 0
  }

  /** Run the tasks that were not answered yet, until all are or one has no answer. */
  async run(onProgress: () => void, stop?: AbortSignal): Promise<void> {
    this.problem = undefined
    const open = [...this.#waiting]
    const work = async () => {
      for (let entry = open.shift(); entry && !this.problem && !stop?.aborted; entry = open.shift()) {
        await this.#perform(entry, stop)
        onProgress()
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  async #perform(entry: { task: Task<Target>; key: string }, stop?: AbortSignal): Promise<void> {
    const { targets } = entry.task
    let answers: readonly Answer[]
    try {
      answers = await persist(() => entry.task.perform(entry.key), stop)
    } catch (error) {
      const problem = error instanceof Problem ? error : unreachable()
      if (problem.isUncertain) {
        this.problem = problem
        return
      }
      answers = targets.map(() => ({ refused: sentenceOf(problem) }))
    }
    this.#waiting.splice(this.#waiting.indexOf(entry), 1)
    for (const [at, target] of targets.entries()) {
      const answer = answers[at]
      if (answer && 'refused' in answer) this.refused.push({ target, message: answer.refused })
      else this.done += 1
      if (answer && 'but' in answer) this.partly.push({ target, message: answer.but })
    }
  }
}
