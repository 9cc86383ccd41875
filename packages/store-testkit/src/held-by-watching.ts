import { setTimeout as delay } from 'node:timers/promises'
import type { TokenStore } from '@latchkey/core'

/** How long a store may take to connect, ms, which holds the process while it lasts. */
const settlingTime = 3_000

/** Names the resources that newly keep the process alive once the store watches. */
export async function heldByWatching(store: TokenStore, key: string): Promise<string[]> {
  // Whatever the store needs without watching is in place afterwards.
  await store.get(key)
  const before = process.getActiveResourcesInfo()
  const stop = store.watch!(key, () => undefined)
  // What watching opens a moment later is in place too.
  await store.get(key)
  const deadline = performance.now() + settlingTime
  let held = newlyHeld(before)
  while (held.some(isRequest) && performance.now() < deadline) {
    // Unreferenced, so that it is none of the resources itself.
    await delay(20, undefined, { ref: false })
    held = newlyHeld(before)
  }
  stop()
  return held
}

/** Such as a connection in the making: it ends by itself, one way or the other. */
function isRequest(kind: string): boolean {
  return /(Connect|Req)(Wrap)?$/.test(kind)
}

function newlyHeld(before: readonly string[]): string[] {
  const held = process.getActiveResourcesInfo()
  for (const kind of before) {
    const index = held.indexOf(kind)
    if (index >= 0) held.splice(index, 1)
  }
  return held
}
