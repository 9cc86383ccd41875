import { randomBytes } from 'node:crypto'
import type { StoredDocument, TokenStore, Version } from '@latchkey/core'

/**
 * Keeps sessions in this process's memory: every session that is given the same instance shares them, and
 * they are gone when the process ends. Nothing of them shows in `util.inspect` or `JSON.stringify`.
 */
export class MemoryTokenStore implements TokenStore {
  readonly #documents = new Map<string, StoredDocument>()
  /** Versions of two instances differ too. Short, since each document keeps one. */
  readonly #name = randomBytes(6).toString('base64url')
  #writes = 0
  readonly #watchers = new Map<string, Set<() => void>>()

  async get(key: string): Promise<StoredDocument | undefined> {
    return this.#documents.get(key)
  }

  async set(key: string, state: string, expected: Version | undefined): Promise<Version | false> {
    if (this.#documents.get(key)?.version !== expected) return false
    this.#writes += 1
    const version = `${this.#name}${this.#writes}`
    this.#documents.set(key, Object.freeze({ version, state }))
    this.#notify(key)
    return version
  }

  /**
   * Calls `onChange` after each write of the document, in a microtask of its own. The writer's own watchers
   * are called too: the store cannot tell the sessions that share it apart.
   */
  watch(key: string, onChange: () => void): () => void {
    const watchers = this.#watchers.get(key) ?? new Set()
    // Wrapped, so that the same function watching twice is two watchers.
    const watcher = (): void => onChange()
    this.#watchers.set(key, watchers.add(watcher))
    return () => {
      watchers.delete(watcher)
      if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key)
    }
  }

  #notify(key: string): void {
    const watchers = this.#watchers.get(key)
    for (const watcher of watchers ?? []) {
      // Never in the writer's stack; and it may have been stopped by the time its turn comes.
      queueMicrotask(() => {
        if (watchers?.has(watcher)) watcher()
      })
    }
  }
}
