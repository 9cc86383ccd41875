import { faultTable } from './faults/table.ts'
import type { StorePlan } from './options.ts'
import type { Outcome, Promised } from './promises.ts'
import { counted, milliseconds, paint } from './text.ts'

/** For people. */
export function textSummary(outcome: Outcome, promises: readonly Promised[]): string {
  const { elapsed, faults, isInterrupted, kills, options, server, tally } = outcome
  const seconds = elapsed / 1_000
  const logins = server?.logins ?? tally.logins
  const facts = [
    `${options.processes} processes x ${options.loops} loops, ${whereIs(options.store)}, for ${seconds.toFixed(1)} s${isInterrupted ? ' (interrupted)' : ''}`,
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
  const costs = faults.length === 0 ? [] : [...faultTable(faults, options.faults.seed), '']
  return `\n${[...facts, '', ...costs, ...verdicts].join('\n')}\n`
}

function whereIs(store: StorePlan): string {
  if (store.kind === 'memory') return 'each with a session of its own'
  if (store.kind === 'file') return 'sharing one session in a file'
  const servers = { server: 'on Redis', cluster: 'on a Redis Cluster', sentinel: 'on Redis with Sentinel' }
  return `sharing one session ${store.topology === 'given' ? servers.server : servers[store.topology]}`
}

/** For programs. Times in ms. */
export function jsonSummary(outcome: Outcome, promises: readonly Promised[]): string {
  const { calm, crashes, elapsed, faults, isInterrupted, kills, options, server, tally, trouble, unused } = outcome
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
    seed: options.faults.seed,
    faults,
    unused: unused ?? null,
    logins: (server?.logins ?? tally.logins) - outcome.outsiderLogins,
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
