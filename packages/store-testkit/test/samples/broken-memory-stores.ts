import { createHash } from 'node:crypto'
import type { StoredDocument, Version } from '@latchkey/core'
import { SoundStore } from './memory-store.ts'

const documents = 'documents > '
const exactly = `${documents}keeps a state exactly as it is: `
const compare = 'compare-and-set > '
const writers = 'concurrent writers of one instance > '
const two = 'two stores at one place > '

/** What is wrong with a store, the cases that must fail for it, and the store. */
export type Broken<Store> = readonly [wrong: string, caughtBy: readonly string[], store: Store]

const keeping = (kept: (state: string) => string) =>
  class extends SoundStore {
    protected override kept = kept
  }

export const brokenMemoryStores: readonly Broken<typeof SoundStore>[] = [
  [
    'invents documents',
    [`${documents}reads as undefined what was never written`],
    class extends SoundStore {
      override async get(key: string): Promise<StoredDocument> {
        return (await super.get(key)) ?? { version: '0', state: '{}' }
      }
    },
  ],
  [
    'reads another version than it wrote',
    [`${documents}reads what was written, with the version that the write made`],
    class extends SoundStore {
      override async get(key: string) {
        const document = await super.get(key)
        return document && { ...document, version: `W/${document.version}` }
      }
    },
  ],
  [
    'keeps the first write',
    [`${documents}reads what was written last`],
    class extends SoundStore {
      protected override write(key: string, state: string): Version {
        return this.world().documents.has(key) ? this.versionOf(state) : super.write(key, state)
      }
    },
  ],
  [
    'takes an empty state for none',
    [`${exactly}an empty string`],
    class extends SoundStore {
      override async get(key: string) {
        const document = await super.get(key)
        return document?.state ? document : undefined
      }
    },
  ],
  ['parses states', [`${exactly}JSON`], keeping((text) => (text.startsWith('{') ? JSON.parse(text) : text))],
  ['trims states', [`${exactly}line ends and blanks`], keeping((text) => text.trim())],
  [
    'keeps one byte per character',
    [`${exactly}accents, Han and emoji`],
    keeping((text) => Buffer.from(text, 'latin1').toString('latin1')),
  ],
  ['cuts states at NUL', [`${exactly}NUL and control characters`], keeping((text) => text.split('\0')[0]!)],
  ['goes through UTF-8', [`${exactly}a lone surrogate`], keeping((text) => Buffer.from(text).toString())],
  ['has room for 64 KiB', [`${exactly}100 KiB`], keeping((text) => text.slice(0, 65_536))],
  [
    'takes keys that differ in case for one',
    [`${documents}keeps keys apart, however alike or odd they are`],
    class extends SoundStore {
      protected override keyOf(key: string): string {
        return key.toLowerCase()
      }
    },
  ],
  [
    'compares nothing',
    [
      `${compare}writes nothing where a document is, if none is expected`,
      `${compare}writes nothing over a version that is no longer the current one`,
      `${compare}writes nothing where no document is, if a version is expected`,
      `${compare}compares the version of the same key`,
    ],
    class extends SoundStore {
      protected override matches(): boolean {
        return true
      }
    },
  ],
  [
    'answers false, and writes all the same',
    [`${compare}writes nothing over a version that is no longer the current one`],
    class extends SoundStore {
      override async set(key: string, state: string, expected: Version | undefined) {
        const matched = this.matches(this.world().documents.get(key), expected)
        const version = this.write(key, state)
        return matched && version
      }
    },
  ],
  [
    'takes a hash of the state for a version',
    [`${compare}makes a new version with every write, also of a state that was there before`],
    class extends SoundStore {
      protected override versionOf(state: string): Version {
        return createHash('sha256').update(state).digest('hex')
      }
    },
  ],
  [
    'counts its versions from 1',
    [`${compare}makes no version again after it lost its data`],
    class extends SoundStore {
      #count = 0
      protected override versionOf(): Version {
        return String(++this.#count)
      }
    },
  ],
  [
    'reads, and writes a moment later',
    [
      `${writers}are let through one at a time: no increment is lost`,
      `${writers}create a document once`,
      `${two}lose no increment`,
    ],
    class extends SoundStore {
      override async set(key: string, state: string, expected: Version | undefined) {
        const current = await this.get(key)
        return this.matches(current, expected) && this.write(key, state)
      }
    },
  ],
  [
    'refuses a write while it makes another',
    [`${writers}of different keys do not keep each other out`],
    class extends SoundStore {
      #busy = false
      override async set(key: string, state: string, expected: Version | undefined) {
        if (this.#busy) return false
        this.#busy = true
        await Promise.resolve()
        this.#busy = false
        return super.set(key, state, expected)
      }
    },
  ],
  [
    'reads from a cache',
    [`${two}see what the other wrote at once`],
    class extends SoundStore {
      readonly #cache = new Map<string, StoredDocument>()
      override async get(key: string) {
        const document = this.#cache.get(key) ?? (await super.get(key))
        if (document) this.#cache.set(key, document)
        return document
      }
    },
  ],
  [
    'empties the place when it is closed',
    [`${two}go on when the other is closed`],
    class extends SoundStore {
      override async close(): Promise<void> {
        this.world().documents.clear()
      }
    },
  ],
  [
    'ignores the place',
    [`${two}share nothing if their places differ`],
    class extends SoundStore {
      constructor() {
        super('everywhere')
      }
    },
  ],
]
