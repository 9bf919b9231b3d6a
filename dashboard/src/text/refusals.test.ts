import { readdirSync, readFileSync } from 'node:fs'
import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { expect, test } from 'vitest'
import { common } from './common'
import { sentenceOf } from './failures'
import { steps } from './nextSteps'
import { type Facts, sentences } from './refusals'
import { ruleInGerman } from './rules'

const schema = buildSchema(readFileSync('../schema/schema.graphql', 'utf8'))
const CODES = (schema.getType('UserErrorCode') as GraphQLEnumType).getValues().map(({ name }) => name)
const TYPES = schema.getPossibleTypes(schema.getType('UserError') as never)

const typeOf = (code: string): GraphQLObjectType =>
  TYPES.find(({ name }) => name.replace(/Error$/, '').toLowerCase() === code.replaceAll('_', '').toLowerCase())!

// Only what the type has: a sentence that names another fact says "undefined" or "NaN".
function sampleOf(type: GraphQLObjectType): Record<string, unknown> {
  const sample = (of: GraphQLOutputType, name: string): unknown => {
    if (isNonNullType(of)) return sample(of.ofType, name)
    if (isListType(of)) return [sample(of.ofType, name)]
    if (isObjectType(of)) return sampleOf(of)
    if (isEnumType(of)) return of.getValues()[0]!.value
    return { Boolean: true, Int: 1234, Decimal: '56.78' }[String(of)] ?? `<${name}>`
  }
  return Object.fromEntries(Object.values(type.getFields()).map(({ name, type: of }) => [name, sample(of, name)]))
}

test.each(CODES)('%s has a sentence in each language, of facts that its error has', (code) => {
  const facts = { ...sampleOf(typeOf(code)), code } as unknown as Facts
  for (const known of Object.values(sentences)) {
    const sentence = known[code as keyof typeof known](facts)
    expect(sentence).toMatch(/^\S.{5,}\.$/)
    expect(sentence).not.toMatch(/undefined|NaN|null(?! )|\[object/)
  }
})

test('all that is refused is read with its facts', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.graphql'))
  const texts = files.map((name) => readFileSync(`src/${name}`, 'utf8')).join('\n')
  const read = [...texts.matchAll(/userErrors \{([^}]*)\}/g)].map(([, fields]) => fields!.trim())
  expect(new Set(read)).toEqual(new Set(['...Refusal']))
})

test('each hint of the server at the next step has its words here', () => {
  const hints = readFileSync('../app/domain/wrong_state_hints.py', 'utf8')
  const known = [...hints.matchAll(/\(\s*"([A-Z_]+)",\s*"([A-Z_]+)",?\s*\):/g)].map(
    ([, kind, state]) => `${kind} ${state}`,
  )
  expect(known.length).toBeGreaterThan(20)
  for (const { kinds, next } of Object.values(steps)) {
    expect(Object.keys(next).sort()).toEqual([...known].sort())
    for (const each of known) expect(kinds[each.split(' ')[0]!]).toBeDefined()
  }
})

test('a rule is said in German, and one that is not known as the server says it', () => {
  expect(ruleInGerman('A lead time', 'must be between 0 and 730 days')).toBe(
    'Eine Lieferzeit muss zwischen 0 und 730 Tagen liegen.',
  )
  expect(ruleInGerman("The barcode '4001'", 'already stands for another item')).toBe(
    'Der Barcode 4001 steht schon für einen anderen Artikel.',
  )
  expect(ruleInGerman('A thing', 'must be new')).toBe('Der Server lehnt es ab: A thing must be new.')
})

test('each code of a request error has a sentence', () => {
  const page = readFileSync('../docs/reference/errors-and-idempotency.md', 'utf8')
  const table = page.split('## Request errors')[1]!.split('###')[0]!
  const codes = [...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code!)
  expect(codes.length).toBeGreaterThan(6)
  for (const code of codes) expect(sentenceOf({ code, message: '' })).not.toBe(common.failed)
})
