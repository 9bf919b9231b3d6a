// What the SDL beside this file is held to: every rule of graphql-eslint for schemas, but for those that say why not.
import { readFileSync } from 'node:fs'

import graphql from '@graphql-eslint/eslint-plugin'

// An object with an `id` is the present state, and a past state is a value without one; the guide lists them all.
const guide = readFileSync(new URL('../../docs/guides/caching.md', import.meta.url), 'utf8')
const values = JSON.parse(guide.match(/```json\n([^]*?)```/)[1])

const schema = new URL('schema.graphql', import.meta.url).pathname

export default [
  {
    files: ['schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/schema-all'].rules,
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,

      // Stricter than usual: every field, argument and value is described, too.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          // The directive says what its one argument is: Strawberry keeps no description of it.
          ignoredSelectors: ['DirectiveDefinition[name.value=requires] InputValueDefinition'],
        },
      ],
      '@graphql-eslint/input-name': ['error', { checkInputType: false, checkMutations: true }],
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { exceptions: { types: [...values, 'PageInfo'], suffixes: ['Connection', 'Edge'] } },
      ],

      // Connections go forward only: the lists are long, and nobody turns their pages back.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Parts of an object, such as the lines of an order, are plain lists with a maximum; `nodes` is a shorter way to them.
      // A list of values, such as the entries of the audit, has nodes without an id.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      // Refusals are data, so a mutation always has a payload, and a list is empty rather than null.
      '@graphql-eslint/require-nullable-result-in-root': 'off',
      // A payload has what has changed, as it is now; what else a page shows it asks for by `node`.
      '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'off',
      // The reason names the release in which the field goes: we release by what is done, not by the day.
      '@graphql-eslint/require-deprecation-date': 'off',
      // Names are sorted when the SDL is written, by their code points: `itemUpsert` before `itemsUpsertMany`.
      '@graphql-eslint/alphabetize': 'off',
      // There are mutations and subscriptions.
      '@graphql-eslint/no-root-type': 'off',
    },
  },
]
