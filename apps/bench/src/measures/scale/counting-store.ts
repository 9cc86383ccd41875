import type { TokenStore } from '@latchkey/core'

/** A store that counts what it is asked for. */
export interface CountingStore {
  readonly store: TokenStore
  readonly operations: number
}

export function counting(store: TokenStore): CountingStore {
  let operations = 0
  return {
    store: {
      get: (key) => {
        operations += 1
        return store.get(key)
      },
      set: (key, state, expected) => {
        operations += 1
        return store.set(key, state, expected)
      },
      ...(store.watch !== undefined && { watch: store.watch.bind(store) }),
    },
    get operations() {
      return operations
    },
  }
}
