import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { write } from './compare-and-set.ts'
import type { Claims } from '../options.ts'
import type { Cases, Group } from './group.ts'

const canary = 'canary-of-a-token'

/** All that a log may make of a value. */
function shown(value: unknown): string {
  const texts = [
    inspect(value, { depth: Infinity, showHidden: true }),
    String(value),
    Object.keys(Object(value)).join(' '),
  ]
  try {
    texts.push(JSON.stringify(value) ?? '')
  } catch {
    // A cycle, as clients of databases have them: it shows nothing this way.
  }
  return texts.join('\n')
}

function assertSecret(value: unknown): void {
  // The assertion itself must not show it.
  assert.ok(!shown(value).includes(canary), 'it shows the state')
}

function casesFor({ makeUnavailable }: Claims): Cases {
  return {
    'do not show in the store': async (bench) => {
      const store = await bench.open()
      const version = await write(store, 'key', canary)
      assertSecret(store)
      await store.get('key')
      await store.set('key', canary, `${version}x`)
      assertSecret(store)
    },
    ...(makeUnavailable && {
      'do not show in errors': async (bench) => {
        const store = await bench.open()
        const version = await write(store, 'key', canary)
        const undo = await bench.makeUnavailable()
        try {
          for (const attempt of [() => store.get('key'), () => store.set('key', canary, version)]) {
            assertSecret(
              await attempt().then(
                () => assert.fail('it rejects'),
                (error: unknown) => error,
              ),
            )
          }
        } finally {
          await undo()
        }
      },
    }),
  }
}

export const secrets: Group = { name: 'states', casesFor }
