import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import { useFree } from './useFree'

test('a new name that is taken is refused, and one that may be taken by its own attempt is not', async () => {
  const names = new Set(['LONDON'])
  let claim: (name: string) => Promise<void> = async () => undefined
  function Form() {
    claim = useFree('code', async (name) => (names.has(name) ? {} : null))
    return null
  }
  await act(() => render(<Form />, document.body))
  await expect(claim('LONDON')).rejects.toMatchObject({ isUncertain: false, userErrors: [{ field: ['code'] }] })
  await claim('LEEDS')
  names.add('LEEDS') // it was sent, and the answer was lost
  await claim('LEEDS')
})
