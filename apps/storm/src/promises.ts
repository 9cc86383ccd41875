import type { Counters } from '@latchkey/servicetrade-emulator'
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
            isKept: calm.storeOperations === 0 && (calm.requests > 0 || isInterrupted),
          },
        ]),
    {
      promise: 'No process fails of itself',
      measured: [`${crashes.length} did`, ...crashes, ...(trouble === undefined ? [] : [trouble])].join('; '),
      isKept: crashes.length === 0 && trouble === undefined,
    },
  ]
}

function ofResets({ options, kills, isInterrupted }: Outcome, server: Counters): Promised[] {
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
