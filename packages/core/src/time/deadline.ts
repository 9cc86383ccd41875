import type { Clock } from './clock.ts'

export interface Deadline<T> {
  readonly clock: Clock
  /** ms */
  readonly time: number
  readonly error: () => Error
  /** What to do with a result that comes after the deadline. */
  readonly onStraggler?: (result: T) => void
}

/** Calls with a signal that is aborted at the deadline, and rejects then, whether the signal is heeded or not. */
export async function withDeadline<T>(
  { clock, time, error, onStraggler }: Deadline<T>,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let cancel: (() => void) | undefined
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(time, () => {
      const reason = error()
      controller.abort(reason)
      reject(reason)
      if (onStraggler !== undefined) work.then(onStraggler, () => {})
    })
  })
  // What throws at once must not leave the timer behind, whose rejection nobody would handle.
  const work = (async () => call(controller.signal))()
  try {
    return await Promise.race([work, late])
  } finally {
    cancel?.()
  }
}
