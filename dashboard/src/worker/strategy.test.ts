import { expect, test } from 'vitest'
import { ROUTES } from '../shell/routes'
import { foreignFiles, outgrown, PAGES, rebased, strategyOf } from './strategy'

const SCOPE = 'https://shop.example/stock-room/'
const asked = (path: string, mode = 'cors', method = 'GET') => strategyOf({ method, mode, url: SCOPE + path }, SCOPE)

test('answers of the API are never kept', () => {
  expect(asked('graphql', 'cors', 'POST')).toBe('none')
  expect(asked('graphql?query={viewer{name}}')).toBe('none')
  expect(asked('auth/account')).toBe('none')
  expect(asked('livez')).toBe('none')
})

test('pages come from the server first, files with a hash from what is kept', () => {
  expect(asked('', 'navigate')).toBe('page')
  expect(asked('counts/abc?tab=lines', 'navigate')).toBe('page')
  expect(asked('assets/index-123.js')).toBe('asset')
  expect(asked('icon.svg')).toBe('file')
})

test('pages of the server that are not the dashboard are left alone', () => {
  for (const path of ['sign-in', 'graphql', 'account', 'countsheet']) expect(asked(path, 'navigate')).toBe('none')
  expect(strategyOf({ method: 'GET', mode: 'navigate', url: 'https://shop.example/counts' }, SCOPE)).toBe('none')
})

test('every page of the dashboard is one of the worker', () => {
  const names = ROUTES.map(({ name }): string => name).filter((name) => name !== 'overview')
  expect(new Set(PAGES)).toEqual(new Set(names))
})

test('the page that is kept finds its files from every address', () => {
  expect(rebased('<head><base href="../../"></head>', SCOPE)).toBe('<head><base href="/stock-room/"></head>')
})

test('a page of another build is not kept beside the files of this one', () => {
  const html = '<script src="./assets/index-2.js"></script><link href="./assets/index-1.css"><link href="./icon.svg">'
  expect(foreignFiles(html, ['assets/index-1.js', 'assets/index-1.css'])).toEqual(['assets/index-2.js'])
})

test('of the older builds only the last is kept, and other installations are left alone', () => {
  const names = ['p 1', 'other 1', 'p 2', 'p 3']
  expect(outgrown(names, 'p ', 'p 3')).toEqual(['p 1'])
  expect(outgrown(['p 3'], 'p ', 'p 3')).toEqual([])
})
