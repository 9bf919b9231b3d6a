// Apart from vite.config.ts, since a build has no packages for tests.
import { defineConfig, mergeConfig } from 'vitest/config'
import page from './vite.config'

export default mergeConfig(
  page,
  defineConfig({
    test: {
      environment: 'happy-dom',
      include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
      // One environment for all files, each with modules of its own: to make 42 of them was nine tenths of the time.
      isolate: false,
      setupFiles: ['tests.ts'],
    },
  }),
)
