import type { TokenStore } from '@latchkey/core'

/** Names the resources that newly keep the process alive once the store watches. */
export async function heldByWatching(store: TokenStore, key: string): Promise<string[]> {
  // Whatever the store needs without watching is in place afterwards.
  await store.get(key)
  const before = process.getActiveResourcesInfo()
  const stop = store.watch!(key, () => undefined)
  // What watching opens a moment later is in place too.
  await store.get(key)
  const held = process.getActiveResourcesInfo()
  stop()
  for (const kind of before) {
    const index = held.indexOf(kind)
    if (index >= 0) held.splice(index, 1)
  }
  return held
}
