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

const fileCases = (store: keyof typeof stores, { watches = false, timeLimit = 20_000 } = {}) =>
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
    timeLimit,
  })

/** What a broken store never does is waited for so long, ms. */
const timeLimit = 2_000

/** Far longer than it takes, ms: what starts processes takes its time where other tests run beside. */
const ample = 25_000

const soundCases = {
  memory: memoryCases(SoundStore, ample),
  files: fileCases('sound', { timeLimit: ample }),
  watching: fileCases('watching', { watches: true, timeLimit: ample }),
}

const passes = new Map<string, Promise<void>>()

/** A sound store passes the case. That is found out once, however many broken stores the case is to catch. */
async function expectPass(kind: keyof typeof soundCases, name: string): Promise<void> {
  const key = `${kind}: ${name}`
  const pass = passes.get(key) ?? soundCases[kind].get(name)!()
  passes.set(key, pass)
  await expect(pass).resolves.toBeUndefined()
}

describe('the kit', () => {
  describe.each([...brokenMemoryStores, ...brokenInTrouble])('fails a store that %s', (_wrong, caughtBy, Store) => {
    it.each(caughtBy)('in: %s', async (name) => {
      await expectPass('memory', name)
      await expect(memoryCases(Store).get(name)!()).rejects.toThrow()
    })
  })

  describe.each(brokenFileStores)('fails a store that %s', (_wrong, caughtBy, store) => {
    it.each(caughtBy)('in: %s', async (name) => {
      await expectPass('files', name)
      await expect(fileCases(store).get(name)!()).rejects.toThrow()
    })
  })

  describe.each(brokenWatchingStores)('fails a store that %s', (_wrong, caughtBy, store) => {
    it.each(caughtBy)('in: %s', async (name) => {
      await expectPass('watching', name)
      await expect(fileCases(store, { watches: true, timeLimit }).get(name)!()).rejects.toThrow()
    })
  })

  it('has no case that no store fails', () => {
    const proven = [...brokenMemoryStores, ...brokenInTrouble, ...brokenFileStores, ...brokenWatchingStores].flatMap(
      ([, caughtBy]) => caughtBy,
    )
    const known = Object.values(soundCases).flatMap((cases) => [...cases.keys()])
    expect(new Set(proven)).toEqual(new Set(known))
  })
})
