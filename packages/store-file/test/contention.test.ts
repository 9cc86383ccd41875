import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { TokenStoreError } from '@latchkey/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshFolder, openStore } from './fresh.ts'

/** A store with a document, and another connection that keeps all others from writing. */
async function locked() {
  const path = join(freshFolder(), 'sessions.db')
  const store = openStore(path)
  const version = await store.set('key', 'state', undefined)
  const writer = new DatabaseSync(path)
  onTestFinished(() => writer.close())
  writer.exec('BEGIN IMMEDIATE')
  return { path, store, writer, version: version as string }
}

describe('a file that somebody else is writing', () => {
  it('is read all the same', async () => {
    const { store, version } = await locked()
    expect(await store.get('key')).toEqual({ version, state: 'state' })
  })

  it('is written once the other is done, and the event loop runs meanwhile', async () => {
    const { store, writer, version } = await locked()
    let settled = false
    const write = store.set('key', 'changed', version).finally(() => (settled = true))
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    expect(settled).toBe(false)
    writer.exec('COMMIT')
    expect(await write).not.toBe(false)
  })

  it('is opened once the other is done', async () => {
    const { path, writer, version } = await locked()
    const read = openStore(path).get('key')
    await new Promise(setImmediate)
    writer.exec('COMMIT')
    expect((await read)?.version).toBe(version)
  })

  it('rejects a write when the other does not come to an end', async () => {
    const { store, writer, version } = await locked()
    await expect(store.set('key', 'changed', version)).rejects.toThrow(TokenStoreError)
    writer.exec('COMMIT')
    expect((await store.get('key'))?.version).toBe(version)
  })
})
