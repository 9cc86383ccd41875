import { randomUUID } from 'node:crypto'
import type { StoredDocument, TokenStore, Version } from '@latchkey/core'

export interface World {
  readonly documents: Map<string, StoredDocument>
  readonly watchers: Set<{ key: string; onChange: () => void }>
  down: boolean
}

const worlds = new Map<string, World>()

export function worldAt(place: string): World {
  const world = worlds.get(place) ?? { documents: new Map(), watchers: new Set(), down: false }
  worlds.set(place, world)
  return world
}

/** A sound store that one process shares. Its parts are there to be broken one by one. */
export class SoundStore implements TokenStore {
  readonly #world: World

  constructor(place: string) {
    this.#world = worldAt(place)
  }

  protected world(): World {
    return this.#world
  }

  protected fail(): void {
    if (this.#world.down) throw new Error('out of reach')
  }

  protected keyOf(key: string): string {
    return key
  }

  protected kept(state: string): string {
    return state
  }

  protected versionOf(_state: string): Version {
    return randomUUID()
  }

  protected matches(current: StoredDocument | undefined, expected: Version | undefined): boolean {
    return current?.version === expected
  }

  protected notify(key: string): void {
    for (const watcher of this.#world.watchers) {
      if (watcher.key === key) queueMicrotask(() => this.#world.watchers.has(watcher) && watcher.onChange())
    }
  }

  async get(key: string): Promise<StoredDocument | undefined> {
    this.fail()
    return this.#world.documents.get(this.keyOf(key))
  }

  async set(key: string, state: string, expected: Version | undefined): Promise<Version | false> {
    this.fail()
    if (!this.matches(this.#world.documents.get(this.keyOf(key)), expected)) return false
    return this.write(key, state)
  }

  protected write(key: string, state: string): Version {
    const version = this.versionOf(state)
    this.#world.documents.set(this.keyOf(key), { version, state: this.kept(state) })
    this.notify(key)
    return version
  }

  watch(key: string, onChange: () => void): () => void {
    const watcher = { key, onChange }
    this.#world.watchers.add(watcher)
    return () => this.#world.watchers.delete(watcher)
  }

  async close(): Promise<void> {}
}
