import type { TokenStore } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'

/** A store that can be cut off: it hangs, or fails at once, for reads and writes or writes alone. */
export class CutStore implements TokenStore {
  cut: 'none' | 'hangs' | 'fails' | 'full' = 'none'
  operations = 0
  readonly #store: TokenStore

  constructor(store: TokenStore = new MemoryTokenStore()) {
    this.#store = store
  }

  get(key: string): ReturnType<TokenStore['get']> {
    return this.#through(() => this.#store.get(key), this.cut === 'full' ? 'none' : this.cut)
  }

  set(...args: Parameters<TokenStore['set']>): ReturnType<TokenStore['set']> {
    return this.#through(() => this.#store.set(...args), this.cut)
  }

  async #through<T>(operation: () => Promise<T>, cut: CutStore['cut']): Promise<T> {
    this.operations += 1
    if (cut === 'hangs') return new Promise(() => {})
    if (cut !== 'none') throw new Error('connection lost')
    return operation()
  }
}
