// What the camera sees is in many pictures in a row, and counts once.
const GONE_AFTER = 900 // out of the picture for so long, it may be the next unit
const SURE_AFTER = 2 // pictures: a code that is read once may be read wrongly

/** Return a function that takes the codes in each picture, and returns those that were shown to the camera anew. */
export function sightings(): (codes: readonly string[], at: number) => string[] {
  const seen = new Map<string, { times: number; at: number }>()
  return (codes, at) => {
    for (const [code, sight] of seen) if (at - sight.at > GONE_AFTER) seen.delete(code)
    const anew: string[] = []
    for (const code of new Set(codes)) {
      const times = (seen.get(code)?.times ?? 0) + 1
      seen.set(code, { times, at })
      if (times === SURE_AFTER) anew.push(code)
    }
    return anew
  }
}
