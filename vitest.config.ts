import { defineConfig } from 'vitest/config'

// Tests import the packages by name and run from their sources: nothing is built first.
const conditions = ['latchkey-source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
    testTimeout: 30_000,
  },
})
