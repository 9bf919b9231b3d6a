// The documents of a production build: the bundle has their hashes, and a file beside it the texts for the server.
// Types and texts for development come from codegen, which a build does not need: it brings ten times as many packages.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildSchema,
  concatAST,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  Source,
  validate,
  visit,
} from 'graphql'
import type { Plugin } from 'vite'

const SDL = '../schema/schema.graphql'
const MODULE = /(^|\/)gql\/graphql$/ // what codegen writes
const ID = '\0documents'

/** Stand in for what codegen writes. A document that does not fit the schema ends the build. */
export function documents(): Plugin {
  let texts = new Map<string, string>()
  return {
    name: 'documents',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      texts = textsOf(concatAST(parsed('src')))
    },
    resolveId: (source) => (MODULE.test(source) ? ID : null),
    load: (id) => (id === ID ? [...texts].map(([name, text]) => exported(name, hashOf(text))).join('\n') : null),
    generateBundle() {
      const source = JSON.stringify(
        Object.fromEntries([...texts.values()].map((text) => [hashOf(text), text])),
        null,
        1,
      )
      this.emitFile({ type: 'asset', fileName: 'persisted-documents.json', source })
    },
  }
}

/** Return the text of each operation, with the fragments that it needs, by its name. */
export function textsOf(everything: DocumentNode): Map<string, string> {
  const errors = validate(buildSchema(readFileSync(SDL, 'utf8')), everything)
  if (errors.length > 0) throw new Error(errors.map(String).join('\n\n'))
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const each of everything.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each)
  const operations = everything.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION)
  return new Map(operations.map((each) => [each.name?.value ?? '', textOf(each, fragments)]))
}

function textOf(operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): string {
  const needed = new Set<FragmentDefinitionNode>()
  const look = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value)
        if (!fragment || needed.has(fragment)) return
        needed.add(fragment)
        look(fragment)
      },
    })
  }
  look(operation)
  return [operation, ...needed].map(print).join('\n')
}

function parsed(folder: string): DocumentNode[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.graphql'))
  return names.sort().map((name) => parse(new Source(readFileSync(join(folder, name), 'utf8'), name)))
}

function exported(name: string, hash: string): string {
  return `export const ${name}Document = { __meta__: { hash: '${hash}' } }`
}

function hashOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
