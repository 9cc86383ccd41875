import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { brokenFileStores, brokenWatchingStores } from './samples/broken-file-stores.ts'
import { brokenInTrouble } from './samples/broken-in-trouble.ts'
import { brokenMemoryStores } from './samples/broken-memory-stores.ts'
import { stores } from './samples/file-stores.ts'
import { SoundStore, worldAt } from './samples/memory-store.ts'

const memoryCases = (Store: typeof SoundStore, timeLimit = 500) =>
  collect({
    name: 'a store in memory',
    place: () => randomUUID(),
    open: (place) => new Store(place),
    shares: 'process',
    durable: false,
    watches: true,
    makeUnavailable: (place) => {
      worldAt(place).down = true
      return () => (worldAt(place).down = false)
    },
    timeLimit,
  })

const fileCases = (store: keyof typeof stores, { watches = false } = {}) =>
  collect({
    name: 'a store in files',
    place: () => join(mkdtempSync(join(tmpdir(), 'latchkey-')), 'sessions'),
    open: stores[store],
    cleanUp: (path) => rmSync(dirname(path), { recursive: true }),
    shares: 'processes',
    processes: {
      module: new URL(`./samples/file-stores.ts?store=${store}`, import.meta.url),
      execArgv: ['--conditions=latchkey-source'],
    },
    durable: true,
    watches,
    makeUnavailable: 'never',
    ...(watches && { timeLimit: 2_000 }),
  })

describe('the kit', () => {
  describe.each([...brokenMemoryStores, ...brokenInTrouble])('fails a store that %s', (_wrong, caughtBy, Store) => {
    it.each(caughtBy)('in: %s', async (name) => {
      await expect(memoryCases(SoundStore).get(name)!()).resolves.toBeUndefined()
      await expect(memoryCases(Store).get(name)!()).rejects.toThrow()
    })
  })

  describe.each(brokenFileStores)('fails a store that %s', (_wrong, caughtBy, store) => {
    it.each(caughtBy)('in: %s', async (name) => {
      await expect(fileCases('sound').get(name)!()).resolves.toBeUndefined()
      await expect(fileCases(store).get(name)!()).rejects.toThrow()
    })
  })

  describe.each(brokenWatchingStores)('fails a store that %s', (_wrong, caughtBy, store) => {
    it.each(caughtBy)('in: %s', async (name) => {
      await expect(fileCases('watching', { watches: true }).get(name)!()).resolves.toBeUndefined()
      await expect(fileCases(store, { watches: true }).get(name)!()).rejects.toThrow()
    })
  })

  it('has no case that no store fails', () => {
    const proven = [...brokenMemoryStores, ...brokenInTrouble, ...brokenFileStores, ...brokenWatchingStores].flatMap(
      ([, caughtBy]) => caughtBy,
    )
    const claims = [memoryCases(SoundStore), fileCases('sound'), fileCases('watching', { watches: true })]
    const known = claims.flatMap((cases) => [...cases.keys()])
    expect(new Set(proven)).toEqual(new Set(known))
  })
})
