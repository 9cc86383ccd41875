import assert from 'node:assert/strict'
import { killWriters } from '../kill-writers.ts'
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
  'outlives writers that are killed at work: it holds all of the last write or of the one before': async (bench) => {
    let number = 0
    await killWriters(bench, 'key', 1, async (least, most) => {
      const store = await bench.open()
      const document = await store.get('key')
      assert.match(document?.state ?? 'absent', /^[1-9]\d*$/)
      const added = Number(document!.state) - number
      assert.ok(added >= least && added <= most, `${least} to ${most} writes were made, and ${added} are there`)
      number += added + 1
      await write(store, 'key', String(number), document!.version)
    })
  },
}

export const durability: Group = {
  name: 'a document',
  casesFor: ({ durable }) => (durable ? cases : {}),
}
