import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs'
import type { StoredDocument, TokenStore, Version } from '@latchkey/core'
import { FileTokenStore } from '@latchkey/store-file'

type Documents = Record<string, StoredDocument>

/** One JSON file, read and written without a lock. */
class LocklessStore implements TokenStore {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  protected read(): Documents {
    return existsSync(this.path) ? (JSON.parse(readFileSync(this.path, 'utf8') || '{}') as Documents) : {}
  }

  protected write(documents: Documents): void {
    writeFileSync(this.path, JSON.stringify(documents))
  }

  async get(key: string): Promise<StoredDocument | undefined> {
    return this.read()[key]
  }

  async set(key: string, state: string, expected: Version | undefined): Promise<Version | false> {
    const documents = this.read()
    if (documents[key]?.version !== expected) return false
    // As long as others may take to read and write: long enough for them to come in between.
    await new Promise((resolve) => setTimeout(resolve, 5))
    const version = randomUUID()
    this.write({ ...documents, [key]: { version, state } })
    return version
  }
}

/** Locks its file with a folder, which stays there if its maker is killed. */
class LockingStore extends LocklessStore {
  readonly #lock = `${this.path}.lock`

  override async set(key: string, state: string, expected: Version | undefined): Promise<Version | false> {
    await this.#acquire()
    try {
      const documents = this.read()
      if (documents[key]?.version !== expected) return false
      const version = randomUUID()
      this.write({ ...documents, [key]: { version, state } })
      return version
    } finally {
      rmdirSync(this.#lock)
    }
  }

  protected override write(documents: Documents): void {
    writeFileSync(`${this.path}.new`, JSON.stringify(documents))
    renameSync(`${this.path}.new`, this.path)
  }

  async #acquire(): Promise<void> {
    for (const deadline = performance.now() + 1_000; ; await new Promise((resolve) => setTimeout(resolve, 1))) {
      try {
        return mkdirSync(this.#lock)
      } catch (error) {
        if (performance.now() > deadline) throw error
      }
    }
  }
}

/** Writes its file a moment after it said so. */
class LateStore extends LocklessStore {
  #documents: Documents | undefined

  protected override read(): Documents {
    return (this.#documents ??= super.read())
  }

  protected override write(documents: Documents): void {
    this.#documents = documents
    setImmediate(() => super.write(documents))
  }
}

/** Sees only what it wrote itself. */
class LonelyStore extends LocklessStore {
  #documents: Documents = {}

  protected override read(): Documents {
    return this.#documents
  }

  protected override write(documents: Documents): void {
    this.#documents = documents
  }
}

/** Wants to be repaired by hand when one of its users died without a goodbye. */
class BereavedStore extends FileTokenStore {
  readonly #members = `${this.path}.members`

  constructor(path: string) {
    super({ path })
    appendFileSync(this.#members, `${process.pid}\n`)
  }

  override async get(key: string): Promise<StoredDocument | undefined> {
    for (const pid of readFileSync(this.#members, 'utf8').trim().split('\n')) process.kill(Number(pid), 0)
    return super.get(key)
  }
}

/** Sound, and polls on behalf of its watchers. */
class WatchingStore extends FileTokenStore {
  watch(key: string, onChange: () => void): () => void {
    let known: Version | undefined
    const timer = setInterval(async () => {
      const version = (await this.get(key))?.version
      if (version !== known) onChange()
      known = version
    }, 5).unref()
    return () => clearInterval(timer)
  }
}

/** Never hints, and keeps the process alive meanwhile. */
class DeafStore extends FileTokenStore {
  watch(): () => void {
    const timer = setInterval(() => undefined, 1_000)
    return () => clearInterval(timer)
  }
}

export const stores = {
  sound: (path: string) => new FileTokenStore({ path }),
  lockless: (path: string) => new LocklessStore(path),
  locking: (path: string) => new LockingStore(path),
  late: (path: string) => new LateStore(path),
  lonely: (path: string) => new LonelyStore(path),
  bereaved: (path: string) => new BereavedStore(path),
  watching: (path: string) => new WatchingStore({ path }),
  deaf: (path: string) => new DeafStore({ path }),
}

/**
 * Child processes import this module with the name of the store that they are to open.
 *
 * @public
 */
export const open = stores[(new URL(import.meta.url).searchParams.get('store') ?? 'sound') as keyof typeof stores]
