import type { Outcome, Promised } from './promises.ts'
import { counted, milliseconds, paint } from './text.ts'

/** For people. */
export function textSummary(outcome: Outcome, promises: readonly Promised[]): string {
  const { elapsed, isInterrupted, kills, options, server, tally } = outcome
  const seconds = elapsed / 1_000
  const where = options.store.kind === 'memory' ? 'each with a session of its own' : 'sharing one session in a file'
  const logins = server?.logins ?? tally.logins
  const facts = [
    `${options.processes} processes x ${options.loops} loops, ${where}, for ${seconds.toFixed(1)} s${isInterrupted ? ' (interrupted)' : ''}`,
    `${Math.round(tally.served / Math.max(seconds, 0.001))} requests per second, the slowest took ${milliseconds(tally.slowest)}, waits for a login included; ${counted(tally.replays, 'replay')}`,
    server === undefined
      ? `${counted(logins, 'login')}; the server is real, so no resets were forced`
      : [
          counted(server.resets, 'reset'),
          counted(kills, 'kill'),
          counted(logins, 'login'),
          counted(server.liveSessions, 'live session'),
        ].join(', '),
  ]
  const width = Math.max(...promises.map(({ promise }) => promise.length))
  const verdicts = promises.map(({ promise, measured, isKept }) => {
    const verdict = isKept ? paint('ok    ', 'green') : paint('BROKEN', 'red')
    return `  ${verdict}  ${promise.padEnd(width)}  ${measured}`
  })
  return `\n${[...facts, '', ...verdicts].join('\n')}\n`
}

/** For programs. Times in ms. */
export function jsonSummary(outcome: Outcome, promises: readonly Promised[]): string {
  const { calm, crashes, elapsed, isInterrupted, kills, options, server, tally, trouble } = outcome
  const { processes, loops } = options
  const summary = {
    kept: promises.every(({ isKept }) => isKept),
    interrupted: isInterrupted,
    processes,
    loops,
    elapsed,
    requests: { served: tally.served, failed: tally.failed, failures: tally.failures, slowest: tally.slowest },
    replays: tally.replays,
    resets: server?.resets ?? null,
    kills,
    logins: server?.logins ?? tally.logins,
    loginAttempts: server?.loginAttempts ?? null,
    liveSessions: server?.liveSessions ?? null,
    storeOperations: tally.storeOperations,
    calm: calm ?? null,
    crashes,
    trouble: trouble ?? null,
    promises,
  }
  return `${JSON.stringify(summary, undefined, 2)}\n`
}
