const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Aborts on the first Ctrl-C, so that there is still a summary. On the second it is over at once. */
export function onInterrupt(leaveAtOnce: () => void): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (!controller.signal.aborted) return controller.abort()
    leaveAtOnce()
    process.exit(130)
  }
  for (const name of signals) process.on(name, onSignal)
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, onSignal)
    },
  }
}
