import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
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
import { whenFree } from './patience.ts'
import { checkPlace, fileIdentity } from './place.ts'
import { ForeignError, MissingError, RubbishError, isCorrupt } from './problems.ts'

export interface FileTokenStoreOptions {
  /**
   * The file, made on first use, with its folder, if it does not exist. Relative paths start at the working
   * directory of the moment when the store is built. Must be on a local disk. Required.
   */
  readonly path: string
}

const optionKinds = {
  path: {
    takes: 'the path of a file (no URL, and not :memory:)',
    read: (value) =>
      typeof value === 'string' && value !== '' && value !== ':memory:' && !/^file:/i.test(value) ? value : undefined,
  } satisfies OptionKind<string>,
}

/** Keeps sessions in a file that the processes of one machine share. */
export class FileTokenStore implements TokenStore {
  /** The file, as an absolute path. */
  readonly path: string
  #database: Database | undefined
  #closed = false
  /** Found when the store was built. Looking again might not show it: closing the file changes what can be seen. */
  #problem: RubbishError | undefined

  /** @throws {ConfigurationError} if there can be no such file, or this process may not use it */
  constructor(options: FileTokenStoreOptions) {
    const { path } = readOptions('FileTokenStore', options, optionKinds)
    this.path = resolve(requireOption('path', path, optionKinds.path))
    checkPlace(this.path)
    this.#checkOwner()
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
    const problem = this.#problem
    this.#problem = undefined
    if (problem !== undefined) throw problem
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

  /** Another program's database is a wrong path, and better known at once. All else may pass, and shows when it is used. */
  #checkOwner(): void {
    try {
      this.#open()
    } catch (error) {
      if (error instanceof RubbishError) this.#problem = error
      if (!(error instanceof ForeignError)) return
      const takes = `a session file or a new path (${this.path} is the database of another program)`
      throw new ConfigurationError('path', takes, this.path, { cause: error })
    }
  }

  #release(): void {
    this.#database?.close()
    this.#database = undefined
  }
}

function encode(text: string): Buffer {
  return Buffer.from(text, 'utf16le')
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le')
}
