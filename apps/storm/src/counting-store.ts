import type { TokenStore } from '@latchkey/core'

/** A store that says when it is used. */
export function counting(store: TokenStore, onOperation: () => void): TokenStore {
  return {
    get: (key) => {
      onOperation()
      return store.get(key)
    },
    set: (key, state, expected) => {
      onOperation()
      return store.set(key, state, expected)
    },
    ...(store.watch !== undefined && { watch: store.watch.bind(store) }),
    ...(store.close !== undefined && { close: store.close.bind(store) }),
  }
}
