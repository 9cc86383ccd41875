import type { Version } from '@latchkey/core'
import type { Broken } from './broken-memory-stores.ts'
import { SoundStore } from './memory-store.ts'

const watching = 'watching > '
const away = 'a store that cannot answer > '

/** Broken in how they hint, fail and keep secrets. */
export const brokenInTrouble: readonly Broken<typeof SoundStore>[] = [
  [
    'never hints',
    [`${watching}hints at another writer's change`],
    class extends SoundStore {
      protected override notify(): void {}
    },
  ],
  [
    'hints in the stack of the writer',
    [`${watching}never hints within a writer's own call`],
    class extends SoundStore {
      protected override notify(key: string): void {
        for (const watcher of this.world().watchers) if (watcher.key === key) watcher.onChange()
      }
    },
  ],
  [
    'goes on hinting when it is stopped',
    [`${watching}hints at nothing once it is stopped, and stops for nobody else`],
    class extends SoundStore {
      override watch(key: string, onChange: () => void): () => void {
        super.watch(key, onChange)
        return () => undefined
      }
    },
  ],
  [
    'stops hinting for everybody',
    [`${watching}hints at nothing once it is stopped, and stops for nobody else`],
    class extends SoundStore {
      override watch(key: string, onChange: () => void): () => void {
        super.watch(key, onChange)
        return () => this.world().watchers.clear()
      }
    },
  ],
  [
    'polls, and keeps the process alive',
    [`${watching}does not keep the process alive`],
    class extends SoundStore {
      override watch(): () => void {
        const timer = setInterval(() => undefined, 1_000)
        return () => clearInterval(timer)
      }
    },
  ],
  [
    'takes a failure for an absent document',
    [
      `${away}rejects, and reads as neither present nor absent`,
      `${away}rejects also in a store that is opened meanwhile`,
    ],
    class extends SoundStore {
      override async get(key: string) {
        return super.get(key).catch(() => undefined)
      }
    },
  ],
  [
    'never recovers',
    [`${away}answers again once it is over`],
    class extends SoundStore {
      #broken = false
      protected override fail(): void {
        this.#broken ||= this.world().down
        if (this.#broken) throw new Error('out of reach')
      }
    },
  ],
  [
    'shows states',
    ['states > do not show in the store'],
    class extends SoundStore {
      documents = this.world().documents
    },
  ],
  [
    'shows states in its errors',
    ['states > do not show in errors'],
    class extends SoundStore {
      override async set(key: string, state: string, expected: Version | undefined) {
        return super.set(key, state, expected).catch((cause: unknown) => {
          throw Object.assign(new Error('cannot write', { cause }), { input: [key, state] })
        })
      }
    },
  ],
]
