// Changes per second over the last minutes, counted as they arrive.

const SECONDS = 180

/** Counts what arrives in each of the last 180 seconds, from a moment in milliseconds on. */
export class Rate {
  readonly #counts = new Map<number, number | null>()
  readonly #since: number

  constructor(since: number) {
    this.#since = Math.floor(since / 1000)
  }

  /** Count things that arrive at a moment in milliseconds. */
  count(at: number, things = 1): void {
    const second = Math.floor(at / 1000)
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + things)
  }

  /** Note that what arrived between two moments is not known. */
  miss(from: number, to: number): void {
    const last = Math.floor(to / 1000)
    for (let second = Math.max(Math.floor(from / 1000), last - SECONDS); second <= last; second += 1)
      this.#counts.set(second, null)
  }

  /**
   * Return whole seconds of the epoch and what arrived in each, up to the last full second; null before the beginning,
   * where it is not known, and from a moment on where the page is cut off since.
   */
  series(now: number, cutSince: number = Infinity): [number[], (number | null)[]] {
    const end = Math.floor(now / 1000)
    const seconds = Array.from({ length: SECONDS }, (_, index) => end - SECONDS + index)
    for (const second of this.#counts.keys()) if (second < end - SECONDS) this.#counts.delete(second)
    return [seconds, seconds.map((second) => this.#at(second, Math.floor(cutSince / 1000)))]
  }

  #at(second: number, until: number): number | null {
    if (second < this.#since || second >= until) return null
    const count = this.#counts.get(second)
    return count === undefined ? 0 : count
  }
}

/** Return the mean of the last values that are known; 0 where none is. */
export function meanOfLast(values: readonly (number | null)[], count: number): number {
  const last = values.slice(-count).filter((value) => value !== null)
  return last.length === 0 ? 0 : last.reduce((sum, value) => sum + value, 0) / last.length
}
