import assert from 'node:assert/strict'
import type { TokenStore, Version } from '@latchkey/core'
import type { Group } from './group.ts'

/** Fails if nothing was written. */
export async function write(
  store: Pick<TokenStore, 'set'>,
  key: string,
  state: string,
  expected?: Version,
): Promise<Version> {
  const version = await store.set(key, state, expected)
  assert.ok(version !== false, 'a write that expects the current version succeeds')
  return version
}

export const compareAndSet: Group = {
  name: 'compare-and-set',
  casesFor: () => ({
    'writes nothing where a document is, if none is expected': async (bench) => {
      const store = await bench.open()
      const version = await write(store, 'key', 'first')
      assert.equal(await store.set('key', 'second', undefined), false)
      assert.deepEqual({ ...(await store.get('key')) }, { version, state: 'first' })
    },
    'writes nothing over a version that is no longer the current one': async (bench) => {
      const store = await bench.open()
      const stale = await write(store, 'key', 'first')
      const current = await write(store, 'key', 'second', stale)
      assert.equal(await store.set('key', 'third', stale), false)
      assert.deepEqual({ ...(await store.get('key')) }, { version: current, state: 'second' })
    },
    'writes nothing where no document is, if a version is expected': async (bench) => {
      const store = await bench.open()
      const elsewhere = await write(store, 'another key', 'state')
      assert.equal(await store.set('key', 'state', elsewhere), false)
      assert.equal(await store.get('key'), undefined)
    },
    'compares the version of the same key': async (bench) => {
      const store = await bench.open()
      const one = await write(store, 'one', 'state')
      const two = await write(store, 'two', 'state')
      assert.equal(await store.set('one', 'changed', two === one ? `${two}x` : two), false)
      assert.equal(await store.set('two', 'changed', `${two}x`), false)
      assert.equal((await store.get('one'))?.state, 'state')
    },
    'makes a new version with every write, also of a state that was there before': async (bench) => {
      const store = await bench.open()
      const versions = [await write(store, 'key', 'a')]
      for (const state of ['b', 'a', 'a', 'b', 'a']) versions.push(await write(store, 'key', state, versions.at(-1)))
      assert.equal(new Set(versions).size, versions.length, 'no version comes twice')
      assert.equal(await store.set('key', 'c', versions[0]), false, 'the first version is not the current one again')
    },
    'makes no version again after it lost its data': async (bench) => {
      const versions = new Set<Version>()
      // To a writer who remembers, a store without its data is one in an empty place.
      for (const store of [await bench.open(), await bench.openElsewhere()]) {
        let version: Version | undefined
        for (let count = 0; count < 20; count++) {
          version = await write(store, 'key', 'state', version)
          assert.ok(!versions.has(version), 'a store that starts empty repeats no version of another')
          versions.add(version)
        }
      }
    },
  }),
}
