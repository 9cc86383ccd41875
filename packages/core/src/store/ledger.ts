import { decode, encode, formatVersion } from '../rules/codec.ts'
import { withDeadline } from '../time/deadline.ts'
import { publish } from '../diagnostics.ts'
import { describe } from '../describe.ts'
import { LatchkeyError, TokenStoreError } from '../errors.ts'
import type { Grant } from '../grant.ts'
import { emptyState, type SessionState } from '../rules/state.ts'
import type { Parts } from '../login/parts.ts'
import type { StoredDocument, Version } from '../token-store.ts'

/** A state and the version it was read at. */
export interface Entry {
  readonly state: SessionState
  readonly version: Version | undefined
}

/**
 * One session's document in a store. Reads and writes reject with a {@link TokenStoreError} when the store
 * fails or takes too long, and only then.
 */
export interface Ledger {
  read(): Promise<Entry>
  /** Resolves to the new entry, or to `undefined` if somebody else wrote in between. */
  write(state: SessionState, expected: Version | undefined): Promise<Entry | undefined>
  /** Resolves to the state as `change` left it. `change` may run several times; by returning its argument it writes nothing. */
  update(change: (state: SessionState) => SessionState): Promise<SessionState>
  /** A hint when the document may have changed. */
  watch(onChange: () => void): () => void
}

async function update(ledger: Ledger, change: (state: SessionState) => SessionState): Promise<SessionState> {
  for (;;) {
    const { state, version } = await ledger.read()
    const next = change(state)
    if (next === state || (await ledger.write(next, version)) !== undefined) return next
  }
}

interface Failing {
  readonly since: number
  readonly tries: number
}

export class StoreLedger implements Ledger {
  readonly #parts: Parts
  /** Under which the store keeps the document. */
  readonly #key: string
  // Reads may work where writes fail, as on a full disk, so each has a record of its own.
  #failing: Map<'get' | 'set', Failing> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { subject, fingerprint } = parts.authenticator
    this.#key = `${formatVersion}/${subject}/${fingerprint}`
  }

  /** For how long and how many tries running the store has been out of reach. */
  get outage(): { readonly time: number; readonly tries: number } {
    const now = this.#parts.clock.monotonic()
    const records = [...(this.#failing?.values() ?? [])].map(({ since, tries }) => ({ time: now - since, tries }))
    return records.toSorted((a, b) => b.tries - a.tries)[0] ?? { time: 0, tries: 0 }
  }

  async read(): Promise<Entry> {
    const { store } = this.#parts
    const document = await this.#attempt('get', async () => checkDocument(await store.get(this.#key)))
    if (document === undefined) return { state: emptyState, version: undefined }
    const state = decode(document.state)
    if (state !== undefined) return { state, version: document.version }
    await this.#setAside(document.state)
    return { state: emptyState, version: document.version }
  }

  async write(state: SessionState, expected: Version | undefined): Promise<Entry | undefined> {
    const { store } = this.#parts
    const version = await this.#attempt('set', async () =>
      checkVersion(await store.set(this.#key, encode(state), expected)),
    )
    return version === false ? undefined : { state, version }
  }

  update(change: (state: SessionState) => SessionState): Promise<SessionState> {
    return update(this, change)
  }

  watch(onChange: () => void): () => void {
    const { store } = this.#parts
    if (store.watch === undefined) return () => {}
    const stop = this.#hint(() => checkStop(store.watch?.(this.#key, onChange)))
    return () => void this.#hint(() => stop?.())
  }

  /** Without a hint the next poll finds what there is, so its failure is nobody's. */
  #hint<T>(act: () => T): T | undefined {
    const { subject } = this.#parts.authenticator
    try {
      return act()
    } catch (cause) {
      const error = new TokenStoreError('The token store failed to watch', { subject, cause })
      publish('latchkey:store', () => ({ subject, event: 'unavailable', error }))
      return undefined
    }
  }

  /** Keeps what could not be read where a person can look at it. The next write replaces the original. */
  async #setAside(document: string): Promise<void> {
    const { store, authenticator } = this.#parts
    const { subject } = authenticator
    publish('latchkey:store', () => ({ subject, event: 'set-aside', reason: 'the document is not a session state' }))
    const asideKey = `${this.#key}/set-aside`
    const aside = await this.#attempt('get', () => store.get(asideKey))
    if (aside?.state !== document) await this.#attempt('set', () => store.set(asideKey, document, aside?.version))
  }

  async #attempt<T>(what: 'get' | 'set', operation: () => Promise<T>): Promise<T> {
    const { authenticator, clock, settings } = this.#parts
    const { subject } = authenticator
    const timeout = settings.storeTimeout
    const error = (): Error =>
      new TokenStoreError(`The token store did not answer ${what} within ${timeout} ms`, { subject })
    try {
      const result = await withDeadline({ clock, time: timeout, error }, operation)
      if (this.#failing?.delete(what) === true && this.#failing.size === 0)
        publish('latchkey:store', () => ({ subject, event: 'recovered' }))
      return result
    } catch (cause) {
      this.#failing ??= new Map()
      const { since, tries } = this.#failing.get(what) ?? { since: clock.monotonic(), tries: 0 }
      this.#failing.set(what, { since, tries: tries + 1 })
      const failure =
        cause instanceof LatchkeyError
          ? cause
          : new TokenStoreError(`The token store failed to ${what}`, { subject, cause })
      publish('latchkey:store', () => ({ subject, event: 'unavailable', error: failure }))
      throw failure
    }
  }
}

function checkDocument(answer: StoredDocument | undefined): StoredDocument | undefined {
  const isDocument = typeof answer?.version === 'string' && typeof answer.state === 'string'
  if (answer === undefined || isDocument) return answer
  throw new TypeError(`get() must resolve to a document or undefined, but resolved to ${describe(answer)}`)
}

function checkVersion(answer: Version | false): Version | false {
  if (answer === false || typeof answer === 'string') return answer
  throw new TypeError(`set() must resolve to a version or false, but resolved to ${describe(answer)}`)
}

function checkStop(answer: unknown): () => void {
  if (typeof answer === 'function') return answer as () => void
  throw new TypeError(`watch() must return a function, but returned ${describe(answer)}`)
}

/** What a process goes by on its own, when the store is out of reach for long: same rules, nobody to share with. */
export class LocalLedger implements Ledger {
  readonly #inherited: string | undefined
  #entry: Entry
  #writes = 0

  constructor(state: SessionState) {
    this.#entry = { state, version: '0' }
    this.#inherited = state.grant?.id
  }

  /** Whether others may have the grant too, because it was known before the store went. */
  isShared({ id }: Grant): boolean {
    return id === this.#inherited
  }

  read(): Promise<Entry> {
    return Promise.resolve(this.#entry)
  }

  write(state: SessionState, expected: Version | undefined): Promise<Entry | undefined> {
    if (expected !== this.#entry.version) return Promise.resolve(undefined)
    this.#writes += 1
    this.#entry = { state, version: String(this.#writes) }
    return Promise.resolve(this.#entry)
  }

  update(change: (state: SessionState) => SessionState): Promise<SessionState> {
    return update(this, change)
  }

  watch(): () => void {
    return () => {}
  }
}
