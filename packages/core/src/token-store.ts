import { kinds, type OptionKind } from './options.ts'

/**
 * Names one content of one document. Opaque, and never used twice for a key, not even after the store
 * lost its data: a writer who remembers a version from before the loss must fail.
 */
export type Version = string

export interface StoredDocument {
  readonly version: Version
  /** Exactly the string that was set. */
  readonly state: string
}

/**
 * Where session states are kept between requests, processes and machines: one small document per key,
 * with compare-and-set. A store knows nothing of logins, and it treats a document as opaque and secret:
 * it holds live tokens, so no part of it may reach a log, an error or a file that others can read.
 *
 * A store that cannot answer rejects. It never reads as "no document": that would log everybody in.
 */
export interface TokenStore {
  /** The current document, or `undefined` if there is none. Called when a session looks for a grant, and at most once a minute while one is in use, not per request. */
  get(key: string): Promise<StoredDocument | undefined>
  /**
   * Writes `state` if the document's version is still `expected` (`undefined`: if there is none) and
   * resolves to the new version, once a crash of the process can no longer undo it for the processes
   * that share the store; resolves to `false`, having written nothing, if the version is another.
   * A rejection leaves open whether it was written: the session reads again.
   */
  set(key: string, state: string, expected: Version | undefined): Promise<Version | false>
  /**
   * Calls `onChange` some time after another writer may have changed the document: a hint to look again,
   * which may be late, missing or needless. Must not throw, nor keep the process alive. Returns the
   * function that stops it. Called only while somebody waits for a login. Once a hint has come, whoever waits polls less.
   */
  watch?(key: string, onChange: () => void): () => void
  /** Lets go of what the store opened itself. A session never calls it: stores are shared. */
  close?(): Promise<void>
}

const likeAStore = kinds.having<TokenStore>('a token store', 'get', 'set')

/** A Map has the same two methods, and is no store. */
export const storeKind: OptionKind<TokenStore> = {
  takes: likeAStore.takes,
  read: (value) => (value instanceof Map || value instanceof WeakMap ? undefined : likeAStore.read(value)),
}
