import { performance } from 'node:perf_hooks'

/** Time as the session sees it, so that tests can bend it. */
export interface Clock {
  /** Epoch ms. May jump. */
  now(): number
  /** ms since some fixed moment. Never goes back. */
  monotonic(): number
  /** Calls back after `ms`; the function returned cancels it. A background timer lets the process exit. */
  after(ms: number, callback: () => void, kind?: 'background'): () => void
  /** From 0 to 1, 1 left out. */
  random(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback, kind) => {
    const timer = setTimeout(callback, ms)
    if (kind === 'background') timer.unref()
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** Resolves after `ms`, or as soon as the signal is aborted or `wake` is called back, whichever is first. */
export function pause(
  clock: Clock,
  ms: number,
  { signal, onWake }: { signal?: AbortSignal; onWake?: (wake: () => void) => void } = {},
): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel()
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const cancel = clock.after(ms, finish)
    signal?.addEventListener('abort', finish)
    onWake?.(finish)
    if (signal?.aborted) finish()
  })
}
