import assert from 'node:assert/strict'
import { increment } from '../increment.ts'
import { write } from './compare-and-set.ts'
import { assertNoneLost } from './concurrency.ts'
import type { Cases, Group } from './group.ts'

const cases: Cases = {
  'see what the other wrote at once': async (bench) => {
    const [one, other] = [await bench.open(), await bench.open()]
    const bothRead = async (): Promise<object[]> => [{ ...(await one.get('key')) }, { ...(await other.get('key')) }]
    assert.deepEqual(await bothRead(), [{}, {}])
    const first = { version: await write(one, 'key', 'first'), state: 'first' }
    assert.deepEqual(await bothRead(), [first, first])
    const second = { version: await write(other, 'key', 'second', first.version), state: 'second' }
    assert.deepEqual(await bothRead(), [second, second])
    assert.equal(await one.set('key', 'third', first.version), false)
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
