import type { Request } from 'express'

/** Remembers the signals that it was bound to. */
export function recordingClient(name = 'client') {
  const signals: AbortSignal[] = []
  return {
    name,
    signals,
    withSignal: (signal: AbortSignal) => {
      signals.push(signal)
      return { name, signal }
    },
  }
}

export const viewOf = (req: Request, name: string) =>
  (req as unknown as Record<string, ReturnType<ReturnType<typeof recordingClient>['withSignal']> | undefined>)[name]
