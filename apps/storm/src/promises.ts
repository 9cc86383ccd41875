import type { Counters } from '@latchkey/servicetrade-emulator'
import type { FaultCost } from './faults/campaign.ts'
import { traitsOf } from './faults/order.ts'
import type { StormOptions } from './options.ts'
import type { Tally } from './tally.ts'
import { counted } from './text.ts'

/** What came of a storm. */
export interface Outcome {
  readonly options: StormOptions
  /** ms */
  readonly elapsed: number
  readonly tally: Tally
  readonly kills: number
  readonly faults: readonly FaultCost[]
  /** Sessions that nobody uses, once all has settled after the faults; `undefined` if it did not come to that. */
  readonly unused: number | undefined
  /** How many of the server's logins were not the fleet's. */
  readonly outsiderLogins: number
  /** What the emulator counted, read once all workers were gone. */
  readonly server: Counters | undefined
  /** What happened after the last reset was over; `undefined` if it did not come to that. */
  readonly calm: { readonly requests: number; readonly storeOperations: number } | undefined
  /** What workers wrote to stderr that ended on their own. */
  readonly crashes: readonly string[]
  /** Why the storm could not go on. */
  readonly trouble: string | undefined
  readonly isInterrupted: boolean
}

/** A promise, and what was measured. */
export interface Promised {
  readonly promise: string
  readonly measured: string
  readonly isKept: boolean
}

export function promisesOf(outcome: Outcome): Promised[] {
  const { calm, crashes, isInterrupted, server, tally, trouble } = outcome
  return [
    {
      promise: 'No request fails',
      measured: `${count(tally.served)} served, ${count(tally.failed)} failed${reasons(tally.failures)}`,
      isKept: tally.failed === 0 && (tally.served > 0 || isInterrupted),
    },
    ...(server === undefined ? [] : ofResets(outcome, server)),
    ...(calm === undefined
      ? []
      : [
          {
            promise: 'Between resets no request needs the store',
            measured: `${count(calm.requests)} served after the last reset, ${count(calm.storeOperations)} store operations`,
            isKept: calm.storeOperations <= mostLooks(outcome) && (calm.requests > 0 || isInterrupted),
          },
        ]),
    {
      promise: 'No process fails of itself',
      measured: [`${crashes.length} did`, ...crashes, ...(trouble === undefined ? [] : [trouble])].join('; '),
      isKept: crashes.length === 0 && trouble === undefined,
    },
  ]
}

/**
 * Whoever has used a session for a minute compares it with the store's, once: in the short calm at the end that
 * is one operation for each process at most, and none where the storm was shorter.
 */
function mostLooks({ elapsed, options }: Outcome): number {
  return elapsed < 60_000 ? 0 : options.processes
}

/**
 * How many logins more than its resets a fault may cost. Where the store is out of reach for so long that it
 * counts as gone, and the session ends meanwhile, each process logs in for itself.
 */
function allowanceOf({ order }: FaultCost, processes: number): number {
  const { target } = traitsOf(order.name)
  const isOutage = ['redis', 'network', 'primary'].includes(target) && order.reset && order.time >= 3_000
  return isOutage ? Math.max(2, processes - 1) : 2
}

/** How many sessions may be left that nobody uses: of those who died before they could tell, and of stores that forgot. */
const mostUnused = 3

function ofResets(outcome: Outcome, server: Counters): Promised[] {
  return outcome.faults.length > 0 ? ofFaults(outcome, server) : ofPlainResets(outcome, server)
}

function ofFaults(outcome: Outcome, server: Counters): Promised[] {
  const { faults, kills, options, outsiderLogins, unused } = outcome
  const resets = server.resets + faults.filter(({ order }) => order.name === 'session-prune').length
  const allowed = faults.reduce((sum, fault) => sum + allowanceOf(fault, options.processes), 0)
  const most = 1 + resets + kills + allowed
  const logins = server.logins - outsiderLogins
  return [
    {
      promise: `At most ${counted(most, 'login')}: 1 + ${counted(resets, 'reset')}${kills > 0 ? ` + ${counted(kills, 'kill')}` : ''} + ${allowed} for ${counted(faults.length, 'fault')}`,
      measured: counted(logins, 'login'),
      isKept: logins <= most,
    },
    ...(unused === undefined
      ? []
      : [
          {
            promise: `At most ${mostUnused} sessions are left that nobody uses`,
            measured: String(unused),
            isKept: unused <= mostUnused,
          },
        ]),
  ]
}

function ofPlainResets({ options, kills, isInterrupted }: Outcome, server: Counters): Promised[] {
  const { resets, logins, loginAttempts, liveSessions } = server
  // What a killed process had sent is refused by a server that is left with half of it, or opens a session.
  const died = loginAttempts - logins
  // Memory is shared with nobody, so each process is a fleet of its own.
  const fleets = options.store.kind === 'memory' ? options.processes : 1
  const expected = fleets * (1 + resets)
  const most = expected + kills
  const isExact = kills === 0 && !isInterrupted
  return [
    {
      promise: 'Every reset is survived by all',
      measured: `${resets} of ${options.resets}${isInterrupted ? ', interrupted' : ''}`,
      isKept: isInterrupted || (resets === options.resets && kills === options.kills),
    },
    {
      promise: `${isExact ? 'Exactly' : 'At most'} ${counted(most, 'login')}: ${sumInWords(fleets, resets, kills)}`,
      measured: `${counted(logins, 'login')}, ${counted(loginAttempts, 'attempt')}${died > 0 && died <= kills ? `: ${died} died with their process` : ''}`,
      isKept: loginAttempts <= most && (isInterrupted || logins >= expected),
    },
    {
      promise: `At most ${counted(fleets + kills, 'session')} ${fleets + kills === 1 ? 'is' : 'are'} left open`,
      measured: String(liveSessions),
      isKept: liveSessions <= fleets + kills,
    },
  ]
}

function sumInWords(fleets: number, resets: number, kills: number): string {
  const sum = `1 + ${counted(resets, 'reset')}`
  return fleets === 1 ? `${sum}${kills > 0 ? ` + ${counted(kills, 'kill')}` : ''}` : `${fleets} processes x (${sum})`
}

function reasons(failures: Tally['failures']): string {
  const all = Object.entries(failures).map(([reason, times]) => `${times} x ${reason}`)
  return all.length === 0 ? '' : ` (${all.join(', ')})`
}

const count = (number: number): string => number.toLocaleString('en')
