import assert from 'node:assert/strict'
import { write } from './compare-and-set.ts'
import type { Cases, Group } from './group.ts'

const cases: Cases = {
  'outlives its store: another one finds it and its version': async (bench) => {
    const store = await bench.open()
    const version = await write(store, 'key', 'state')
    await store.close?.()
    const next = await bench.open()
    assert.deepEqual({ ...(await next.get('key')) }, { version, state: 'state' })
    await write(next, 'key', 'changed', version)
  },
  'outlives a writer that is killed the moment its write resolves': async (bench) => {
    for (let round = 0; round < 3; round++) {
      const writer = await bench.startProcess()
      const version = await writer.setAndDie(`key ${round}`, 'state')
      assert.deepEqual({ ...(await (await bench.open()).get(`key ${round}`)) }, { version, state: 'state' })
    }
  },
  'outlives a writer that is killed at work: it holds all of the last write or of the one before': async (bench) => {
    const writer = await bench.startProcess()
    const endless = assert.rejects(writer.increment('key', Infinity))
    const store = await bench.open()
    while (Number((await store.get('key'))?.state ?? 0) < 20) await new Promise(setImmediate)
    await writer.kill()
    await endless
    const document = await (await bench.open()).get('key')
    assert.match(document?.state ?? 'absent', /^[1-9]\d*$/)
    await write(store, 'key', 'changed', document?.version)
  },
}

export const durability: Group = {
  name: 'a document',
  casesFor: ({ durable }) => (durable ? cases : {}),
}
