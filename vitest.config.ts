import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Tests import the packages by name and run from their sources: nothing is built first.
const conditions = ['latchkey-source', 'module', 'node', 'development|production']

// Hundreds of processes are started from the same few sources: compiling those once saves half of what a start takes.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compile')

const localRedis = 'packages/local-redis/test/**/*.test.ts'
const nest11 = join(import.meta.dirname, 'packages/nestjs/test/nest-11/node_modules')

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Nest's decorators, in the tests and apps that are written as its users write.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    testTimeout: 30_000,
    // Files share a process, since nothing that is tested keeps state in its modules: half as much processor time.
    isolate: false,
    // Most of them wait for processes, servers and timers most of the time, so that a processor each is not too much.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'latchkey',
          include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', localRedis],
        },
      },
      {
        // What server this machine has is found out once per process, and the tests make believe that it has others.
        extends: true,
        test: { name: 'local-redis', include: [localRedis], isolate: true },
      },
      {
        // The same tests, and the same sources, with the Nest before.
        extends: true,
        resolve: {
          alias: [{ find: /^(@nestjs\/[^/]+|reflect-metadata|rxjs)(?=\/|$)/, replacement: `${nest11}/$1` }],
        },
        test: { name: 'nest-11', include: ['packages/nestjs/test/**/*.test.ts'], env: { NEST_MAJOR: '11' } },
      },
    ],
  },
})
