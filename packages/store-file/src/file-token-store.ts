import { randomUUID } from 'node:crypto'
import { resolve, sep } from 'node:path'
import {
  ConfigurationError,
  type OptionKind,
  readOptions,
  requireOption,
  type StoredDocument,
  type TokenStore,
  TokenStoreError,
  type Version,
} from '@latchkey/core'
import { type Database, openDatabase } from './database.ts'
import { establish } from './establish.ts'
import { checkOwner } from './owner.ts'
import { whenFree } from './patience.ts'
import { checkPlace, fileIdentity } from './place.ts'
import { ForeignError, isCorrupt, MissingError, RubbishError } from './problems.ts'

export interface FileTokenStoreOptions {
  /**
   * The file, made on first use, with its folder, if it does not exist. Relative paths start at the working
   * directory of the moment when the store is built. Must be on a local disk. Required.
   */
  readonly path: string
}

const optionKinds = {
  path: {
    takes: 'the path of a file (no URL, not :memory:, no / at its end, and no ~ at its start: only shells expand that)',
    read: (value) => (typeof value === 'string' && isFilePath(value) ? value : undefined),
  } satisfies OptionKind<string>,
}

function isFilePath(text: string): boolean {
  const isFolder = text.endsWith('/') || text.endsWith(sep)
  return text !== '' && text !== ':memory:' && !isFolder && !/^file:|^~([/\\]|$)/i.test(text)
}

/** Keeps sessions in a file that the processes of one machine share. */
export class FileTokenStore implements TokenStore {
  /** The file, as an absolute path. */
  readonly path: string
  #database: Database | undefined
  #closed = false

  /** @throws {ConfigurationError} if there can be no such file, or this process may not use it */
  constructor(options: FileTokenStoreOptions) {
    const { path } = readOptions('FileTokenStore', options, optionKinds)
    this.path = resolve(requireOption('path', path, optionKinds.path))
    checkPlace(this.path)
    refuseForeign(this.path)
  }

  get(key: string): Promise<StoredDocument | undefined> {
    return this.#run('read', ({ read }) => {
      const row = read.get(encode(key))
      return row && { version: row['version'] as string, state: decode(row['state'] as Uint8Array) }
    })
  }

  set(key: string, state: string, expected: Version | undefined): Promise<Version | false> {
    return this.#run('write', ({ identity, insert, update }) => {
      const version = randomUUID()
      const document = { key: encode(key), version, state: encode(state) }
      const { changes } = expected === undefined ? insert.run(document) : update.run({ ...document, expected })
      // Written to a file that nobody else can reach any more: not written, as far as anybody knows.
      if (fileIdentity(this.path) !== identity)
        throw new TokenStoreError(`${this.path} was replaced while it was written`)
      return Number(changes) === 1 && version
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#release()
  }

  async #run<T>(verb: string, operation: (database: Database) => T): Promise<T> {
    const attempt = (): T => this.#attempt(operation)
    try {
      try {
        return await whenFree(attempt)
      } catch (error) {
        if (!(error instanceof RubbishError || error instanceof MissingError)) throw error
        await establish(this.path, error)
        return await whenFree(attempt)
      }
    } catch (cause) {
      if (cause instanceof TokenStoreError) throw cause
      throw new TokenStoreError(`Cannot ${verb} the session file ${this.path}: ${(cause as Error).message}`, { cause })
    }
  }

  #attempt<T>(operation: (database: Database) => T): T {
    const database = this.#open()
    try {
      return operation(database)
    } catch (error) {
      if (!isCorrupt(error)) throw error
      this.#release()
      throw new RubbishError('it is damaged', database.identity)
    }
  }

  #open(): Database {
    if (this.#closed) throw new TokenStoreError(`The session file ${this.path} was closed`)
    // Deleted or replaced under the open handle: what it holds is out of everybody else's sight.
    if (this.#database !== undefined && this.#database.identity !== fileIdentity(this.path)) this.#release()
    return (this.#database ??= openDatabase(this.path))
  }

  #release(): void {
    this.#database?.close()
    this.#database = undefined
  }
}

/** A wrong path, and better known at once. All else may pass, and shows when the file is used. */
function refuseForeign(path: string): void {
  try {
    checkOwner(path)
  } catch (error) {
    if (!(error instanceof ForeignError)) return
    const takes = `a session file or a new path (${path} is the database of another program)`
    throw new ConfigurationError('path', takes, path, { cause: error })
  }
}

function encode(text: string): Buffer {
  return Buffer.from(text, 'utf16le')
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le')
}
