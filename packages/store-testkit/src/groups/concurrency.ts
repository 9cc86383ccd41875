import assert from 'node:assert/strict'
import type { TokenStore, Version } from '@latchkey/core'
import { increment } from '../increment.ts'
import type { Group } from './group.ts'

/** Fails if one of the increments that made these versions was lost. */
export async function assertNoneLost(store: TokenStore, key: string, versions: Version[]): Promise<void> {
  assert.equal((await store.get(key))?.state, String(versions.length), 'every increment counts')
  assert.equal(new Set(versions).size, versions.length, 'no version comes twice')
}

export const concurrency: Group = {
  name: 'concurrent writers of one instance',
  casesFor: () => ({
    'are let through one at a time: no increment is lost': async (bench) => {
      const store = await bench.open()
      const versions = await Promise.all(Array.from({ length: 10 }, () => increment(store, 'key', 10)))
      await assertNoneLost(store, 'key', versions.flat())
    },
    'create a document once': async (bench) => {
      const store = await bench.open()
      const made = await Promise.all(Array.from({ length: 20 }, (_, n) => store.set('key', String(n), undefined)))
      assert.equal(made.filter((version) => version !== false).length, 1)
      const winner = made.findIndex((version) => version !== false)
      assert.deepEqual({ ...(await store.get('key')) }, { version: made[winner], state: String(winner) })
    },
    'of different keys do not keep each other out': async (bench) => {
      const store = await bench.open()
      const keys = Array.from({ length: 20 }, (_, n) => `key ${n}`)
      const made = await Promise.all(keys.map((key) => store.set(key, key, undefined)))
      assert.ok(made.every((version) => version !== false))
    },
  }),
}
