// Apart from vite.config.ts, since a build has no packages for tests.
import { defineConfig, mergeConfig } from 'vitest/config'
import page from './vite.config'

export default mergeConfig(
  page,
  defineConfig({ test: { environment: 'happy-dom', include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] } }),
)
