/** Time as the inbox sees it, so that tests can bend it. */
export interface Clock {
  /** Calls back after `ms`, and keeps the process alive until then; the function returned cancels it. */
  after(ms: number, callback: () => void): () => void
  /** From 0 to 1, 1 left out. */
  random(): number
}

export const systemClock: Clock = {
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}
