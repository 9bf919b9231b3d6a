import { beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => vi.resetModules())

test('addresses are below the prefix of the first page, and parts of paths are escaped', async () => {
  history.replaceState(null, '', '/shop/items/TEA%2F001?tab=ledger')
  document.head.innerHTML = '<base href="../">'
  const { go, place, setSearch, to } = await import('./location')
  const { addressOf } = await import('../api/address')
  expect(place.value.path).toEqual(['items', 'TEA/001'])
  expect(to('items', 'A/B')).toBe('/shop/items/A%2FB')
  go(to('stock'))
  expect(place.value.path).toEqual(['stock'])
  expect(addressOf('graphql').pathname).toBe('/shop/graphql') // though the base is relative to another address now
  setSearch({ status: 'LOW', search: '' })
  expect(location.search).toBe('?status=LOW')
  setSearch({ status: null })
  expect(location.search).toBe('')
})

test('a link to where one is makes no step that "back" would have to take twice', async () => {
  history.replaceState(null, '', '/stock?q=tea')
  document.head.innerHTML = '<base href="./">'
  const { go } = await import('./location')
  const steps = vi.spyOn(history, 'pushState')
  go('/stock?q=tea')
  expect(steps).not.toHaveBeenCalled()
  go('/stock')
  expect(steps).toHaveBeenCalledOnce()
  steps.mockRestore()
})

test('an address with escapes that are none is a page that does not exist, not a blank one', async () => {
  history.replaceState(null, '', '/items/%E0%A4%A')
  document.head.innerHTML = '<base href="/">'
  const { place } = await import('./location')
  expect(place.value.path).toEqual(['items', '%E0%A4%A'])
})
