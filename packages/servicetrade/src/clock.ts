/** Time, so that tests can bend it. */
export interface Clock {
  /** Calls back after `ms`, and keeps the process alive until then; the function returned cancels it. */
  after(ms: number, callback: () => void): () => void
  /** ms since some moment; never jumps. */
  monotonic(): number
  /** From 0 to 1, 1 left out. */
  random(): number
}

export const systemClock: Clock = {
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  monotonic: () => performance.now(),
  random: () => Math.random(),
}
