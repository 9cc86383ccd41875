import assert from 'node:assert/strict'
import type { Version } from '@latchkey/core'
import { killWriters } from '../kill-writers.ts'
import type { RemoteStore } from '../remote-store.ts'
import { write } from './compare-and-set.ts'
import { assertNoneLost } from './concurrency.ts'
import type { Cases, Group } from './group.ts'

const cases: Cases = {
  'see what the other wrote at once': async (bench) => {
    const [one, other] = (await bench.startProcesses(2)) as [RemoteStore, RemoteStore]
    const bothRead = async (): Promise<object[]> => [{ ...(await one.get('key')) }, { ...(await other.get('key')) }]
    assert.deepEqual(await bothRead(), [{}, {}])
    const first = { version: await write(one, 'key', 'first \ud83d\u0000'), state: 'first \ud83d\u0000' }
    assert.deepEqual(await bothRead(), [first, first])
    const second = { version: await write(other, 'key', 'second', first.version), state: 'second' }
    assert.deepEqual(await bothRead(), [second, second])
    assert.equal(await one.set('key', 'third', first.version), false)
  },
  'open a new place at once, and create a document once': async (bench) => {
    const processes = await bench.startProcesses(4)
    const made = await Promise.all(processes.map((process, n) => process.set('key', String(n), undefined)))
    assert.equal(made.filter((version) => version !== false).length, 1)
    const states = await Promise.all(processes.map(async (process) => (await process.get('key'))?.state))
    assert.deepEqual(new Set(states), new Set([String(made.findIndex((version) => version !== false))]))
  },
  'lose no increment': async (bench) => {
    const processes = await bench.startProcesses(4)
    const versions = await Promise.all(processes.map((process) => process.increment('key', 25)))
    await assertNoneLost(await bench.open(), 'key', versions.flat())
  },
  'go on when others are killed at work': async (bench) => {
    const survivor = await bench.startProcess()
    const versions: Version[] = []
    await killWriters(bench, 'key', 2, async () => {
      const before = Number((await survivor.get('key'))?.state)
      versions.push(...(await survivor.increment('key', 5)))
      assert.equal(Number((await survivor.get('key'))?.state), before + 5)
    })
    assert.equal(new Set(versions).size, versions.length)
  },
}

export const processes: Group = {
  name: 'two processes or more',
  casesFor: ({ shares }) => (shares === 'processes' ? cases : {}),
}
