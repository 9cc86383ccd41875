/** Makes those who come wait for each other: all go on once so many are there and `before` is done. */
export function createGate(count: number, before: () => unknown): () => Promise<void> {
  const opened = Promise.withResolvers<void>()
  let waiting = 0
  return async () => {
    waiting += 1
    if (waiting === count) {
      await before()
      opened.resolve()
    }
    await opened.promise
  }
}
