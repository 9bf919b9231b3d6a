import { expect, test, vi } from 'vitest'

test('what is chosen holds here, and on the pages that the server writes', async () => {
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  const { choose, language } = await import('./languages')
  expect(language).toBe('en')
  expect(document.cookie).toBe('')
  choose('de')
  expect(reload).toHaveBeenCalledOnce()
  expect(document.cookie).toBe('stockpulse-language=de')
  vi.resetModules()
  expect((await import('./languages')).language).toBe('de')
})
