// SIGHUP: the terminal or the connection is gone.
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What asks a process to end. */
export type Interrupt = (typeof interrupts)[number]

// Signals are the whole process's. One listener for all keeps clear of Node's warning at eleven, and the
// last to leave knows that it is the last.
const watchers = new Set<(interrupt: Interrupt) => void>()
let received: Interrupt | undefined

function onInterrupt(interrupt: Interrupt): void {
  received ??= interrupt
  // A copy: who comes in meanwhile is told on arrival.
  for (const watcher of Array.from(watchers)) watcher(interrupt)
}

/**
 * Puts the end of the process off until the returned function is called. When the last of those who watch
 * is done, the process ends as if nobody had watched: unless others listen, who have had the signal as well.
 *
 * @param watcher called for each signal, and at once if one has come already
 */
export function watchInterrupts(watcher: (interrupt: Interrupt) => void): () => void {
  if (watchers.size === 0) for (const interrupt of interrupts) process.on(interrupt, onInterrupt)
  watchers.add(watcher)
  if (received !== undefined) watcher(received)
  return () => {
    if (!watchers.delete(watcher) || watchers.size > 0) return
    for (const interrupt of interrupts) process.off(interrupt, onInterrupt)
    const last = received
    received = undefined
    if (last !== undefined && process.listenerCount(last) === 0) process.kill(process.pid, last)
  }
}
