import assert from 'node:assert/strict'
import { increment } from '../increment.ts'
import { write } from './compare-and-set.ts'
import { assertNoneLost } from './concurrency.ts'
import type { Cases, Group } from './group.ts'

const cases: Cases = {
  'see what the other wrote at once': async (bench) => {
    const [one, other] = [await bench.open(), await bench.open()]
    const first = await write(one, 'key', 'first')
    assert.equal((await other.get('key'))?.version, first)
    const second = await write(other, 'key', 'second', first)
    assert.deepEqual({ ...(await one.get('key')) }, { version: second, state: 'second' })
    assert.equal(await one.set('key', 'third', first), false)
  },
  'lose no increment': async (bench) => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => bench.open()))
    const versions = await Promise.all(stores.map((store) => increment(store, 'key', 15)))
    await assertNoneLost(stores[0]!, 'key', versions.flat())
  },
  'go on when the other is closed': async (bench) => {
    const [one, other] = [await bench.open(), await bench.open()]
    const version = await write(one, 'key', 'state')
    await other.get('key')
    await one.close?.()
    assert.equal((await other.get('key'))?.version, version)
    await write(other, 'key', 'changed', version)
  },
  'share nothing if their places differ': async (bench) => {
    const [one, other] = [await bench.open(), await bench.openElsewhere()]
    await write(one, 'key', 'state')
    assert.equal(await other.get('key'), undefined)
  },
}

export const sharing: Group = {
  name: 'two stores at one place',
  casesFor: ({ shares }) => (shares === 'instance' ? {} : cases),
}
