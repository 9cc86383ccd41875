import { readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TokenStoreError } from '@latchkey/core'
import { describe, expect, it } from 'vitest'
import { freshFolder, openStore } from './fresh.ts'

describe('a file that is gone from under its store', () => {
  it.each([
    ['alone', (path: string) => unlinkSync(path)],
    ['with its folder', (path: string) => rmSync(dirname(path), { recursive: true })],
    [
      'with its side files',
      (path: string) => readdirSync(dirname(path)).forEach((name) => unlinkSync(join(dirname(path), name))),
    ],
  ])('(deleted %s) reads as empty, and the next write reaches everybody', async (_how, remove) => {
    const path = join(freshFolder(), 'folder', 'sessions.db')
    const [one, other] = [openStore(path), openStore(path)]
    const lost = await one.set('key', 'state', undefined)
    await other.get('key')
    remove(path)
    expect(await other.get('key')).toBeUndefined()
    expect(await one.set('key', 'late', lost || undefined)).toBe(false)
    const version = await one.set('key', 'new', undefined)
    for (const store of [one, other, openStore(path)]) expect(await store.get('key')).toEqual({ version, state: 'new' })
  })

  it('(another put in its place) reads as the other', async () => {
    const [path, spare] = [join(freshFolder(), 'sessions.db'), join(freshFolder(), 'spare.db')]
    const source = openStore(spare)
    const version = await source.set('key', 'restored', undefined)
    await source.close()
    const store = openStore(path)
    await store.set('key', 'state', undefined)
    for (const side of ['-wal', '-shm']) unlinkSync(path + side)
    renameSync(spare, path)
    expect(await store.get('key')).toEqual({ version, state: 'restored' })
  })
})

describe('a closed store', () => {
  it('rejects', async () => {
    const store = openStore(join(freshFolder(), 'sessions.db'))
    await store.set('key', 'state', undefined)
    await store.close()
    await store.close()
    await expect(store.get('key')).rejects.toThrow(TokenStoreError)
    await expect(store.set('key', 'state', undefined)).rejects.toThrow('was closed')
  })

  it('leaves one file behind', async () => {
    const path = join(freshFolder(), 'sessions.db')
    const store = openStore(path)
    await store.set('key', 'state', undefined)
    await store.close()
    expect(readdirSync(dirname(path))).toEqual(['sessions.db'])
  })
})
