/** Rejects if `work` takes longer than `limit` ms. */
export async function withinLimit<T>(limit: number, work: () => Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not done within ${limit} ms`)), limit)
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
