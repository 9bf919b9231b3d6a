// Types and documents from the committed schema. A production build knows documents by hash only: the server has the texts.
import type { CodegenConfig } from '@graphql-codegen/cli'

const isProduction = process.env.NODE_ENV === 'production'

const config: CodegenConfig = {
  schema: '../schema/schema.graphql',
  documents: 'src/**/*.graphql',
  silent: true,
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: {
          mode: isProduction ? 'replaceDocumentWithHash' : 'embedHashInDocument',
          hashAlgorithm: 'sha256',
        },
      },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        pureMagicComment: true,
        strictScalars: true, // a scalar that is not listed here is an error, not `any`
        scalars: {
          BigInt: 'number', // exact up to 2^53
          Date: 'string', // 2026-11-23
          DateTime: 'string', // 2026-11-23T09:30:00.123456Z
          Decimal: { input: 'string | number', output: 'string' }, // money
          DocumentText: 'string',
        },
      },
    },
  },
}

export default config
