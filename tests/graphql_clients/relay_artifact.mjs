// What Relay's compiler writes for an operation without variables and fragments, as relay-runtime 21 reads it.
import { readFileSync } from 'node:fs'

import {
  TypeInfo, buildSchema, getNamedType, getNullableType, isAbstractType, isLeafType, isListType, parse,
  valueFromASTUntyped, visit, visitWithTypeInfo,
} from 'graphql'

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'))

export function artifact(text) {
  const [operation] = parse(text).definitions
  const name = operation.name.value
  const selections = selected(operation)
  const root = schema.getRootType(operation.operation).name
  return {
    kind: 'Request',
    fragment: { kind: 'Fragment', name, type: root, abstractKey: null, metadata: null, argumentDefinitions: [], selections },
    operation: { kind: 'Operation', name, argumentDefinitions: [], selections },
    params: { cacheID: text, id: null, metadata: {}, name, operationKind: operation.operation, text },
  }
}

// The fields of an operation, from the innermost to the outermost.
function selected(operation) {
  const types = new TypeInfo(schema)
  const made = visit(
    operation,
    visitWithTypeInfo(types, {
      Field: {
        leave(node) {
          const type = types.getType()
          const named = getNamedType(type)
          const args = node.arguments.map((argument) => ({
            kind: 'Literal', name: argument.name.value, value: valueFromASTUntyped(argument.value),
          }))
          const field = { alias: null, name: node.name.value, args: args.length ? args : null, storageKey: null }
          if (isLeafType(named)) return { ...field, kind: 'ScalarField' }
          return {
            ...field,
            kind: 'LinkedField',
            concreteType: isAbstractType(named) ? null : named.name,
            plural: isListType(getNullableType(type)),
            selections: node.selectionSet.selections,
          }
        },
      },
    }),
  )
  return made.selectionSet.selections
}
