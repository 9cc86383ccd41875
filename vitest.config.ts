import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Tests import the packages by name and run from their sources: nothing is built first.
const conditions = ['latchkey-source', 'module', 'node', 'development|production']

// Hundreds of processes are started from the same few sources: compiling those once saves half of what a start takes.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compile')

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
    testTimeout: 30_000,
    // Most of them wait for processes, servers and timers most of the time, so that a processor each is not too much.
    maxWorkers: Math.max(2, availableParallelism()),
  },
})
