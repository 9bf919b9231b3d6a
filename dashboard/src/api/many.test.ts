import { expect, test } from 'vitest'
import { forEach } from './many'
import { Problem, unreachable } from './problem'

test('what is refused is told, and the rest is done', async () => {
  const outcome = await forEach([1, 2, 3], async (number) => {
    if (number === 2) throw new Problem('closed', 'WRONG_STATE', false)
  })
  expect([outcome.done, outcome.refused.map(({ code }) => code)]).toEqual([2, ['WRONG_STATE']])
})

test('what was not answered is raised, so that all is asked again under the same keys', async () => {
  await expect(forEach([1], () => Promise.reject(unreachable()))).rejects.toThrow(Problem)
})
