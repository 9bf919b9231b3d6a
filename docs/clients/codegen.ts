// The types of what operations.ts asks for.
import type { CodegenConfig } from '@graphql-codegen/cli'

const config: CodegenConfig = {
  schema: 'schema.graphql', // of this repository, or the URL of a server that allows introspection
  documents: 'operations.ts',
  generates: {
    'gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        importExtension: '.js',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true, // a scalar that is not listed here is an error, not `any`
        scalars: {
          BigInt: 'number', // exact up to 2^53
          Date: 'string', // 2026-11-23
          DateTime: 'string', // 2026-11-23T09:30:00.123456Z: a JavaScript Date would lose the microseconds
          Decimal: { input: 'string | number', output: 'string' }, // money: compute with a decimal library
          DocumentText: 'string',
        },
      },
    },
  },
}

export default config
