import assert from 'node:assert/strict'
import { write } from './compare-and-set.ts'
import type { Cases, Group } from './group.ts'

const cases: Cases = {
  'rejects, and reads as neither present nor absent': async (bench) => {
    const store = await bench.open()
    const version = await write(store, 'key', 'state')
    const undo = await bench.makeUnavailable()
    try {
      for (const key of ['key', 'absent']) await assert.rejects(store.get(key), `get of ${key}`)
      await assert.rejects(store.set('key', 'changed', version), 'set of an existing document')
      await assert.rejects(store.set('absent', 'changed', undefined), 'set of a new document')
    } finally {
      await undo()
    }
  },
  'rejects also in a store that is opened meanwhile': async (bench) => {
    const undo = await bench.makeUnavailable()
    try {
      await assert.rejects(async () => (await bench.open()).get('key'))
    } finally {
      await undo()
    }
  },
  'answers again once it is over': async (bench) => {
    const store = await bench.open()
    const version = await write(store, 'key', 'state')
    const undo = await bench.makeUnavailable()
    try {
      await assert.rejects(store.get('key'))
    } finally {
      await undo()
    }
    assert.deepEqual({ ...(await store.get('key')) }, { version, state: 'state' })
    await write(store, 'key', 'changed', version)
  },
}

export const unavailability: Group = {
  name: 'a store that cannot answer',
  casesFor: ({ makeUnavailable }) => (makeUnavailable ? cases : {}),
}
