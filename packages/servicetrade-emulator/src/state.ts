import { type Account, openAccount } from './accounts.ts'
import { ServerTimeBudget } from './budget.ts'
import { createTally, type Counters, type Tally, viewCounters } from './counters.ts'
import { createFaults, type Faults } from './faults.ts'
import { Holds } from './holds.ts'
import { Ids } from './resources/ids.ts'
import { seed } from './seed.ts'
import { Sessions } from './sessions.ts'
import type { Settings } from './settings.ts'
import { LoginThrottle } from './throttle.ts'
import { addUsers, type LoginUser } from './users.ts'
import { Webhooks } from './webhooks/webhooks.ts'

/** All that one emulator knows. */
export interface State {
  readonly clock: () => number
  readonly tally: Tally
  readonly counters: Counters
  readonly sessions: Sessions
  readonly throttle: LoginThrottle
  readonly budget: ServerTimeBudget
  readonly faults: Faults
  readonly holds: Holds
  readonly webhooks: Webhooks
  readonly accounts: readonly Account[]
  /** Of all accounts, by username. */
  readonly users: ReadonlyMap<string, LoginUser>
}

export function createState(settings: Settings): State {
  const { clock, latency, loginLatency } = settings
  const tally = createTally()
  const sessions = new Sessions(settings, tally)
  const faults = createFaults({ latency, loginLatency })
  return {
    clock,
    tally,
    counters: viewCounters(tally, () => sessions.count()),
    sessions,
    throttle: new LoginThrottle(settings.loginThrottle, clock),
    budget: new ServerTimeBudget(settings.serverTimeBudget, clock),
    faults,
    holds: new Holds(),
    webhooks: new Webhooks({ settings: settings.webhooks, clock, faults, tally }),
    ...openAccounts(settings),
  }
}

function openAccounts({ accounts: given, clock }: Settings): Pick<State, 'accounts' | 'users'> {
  const ids = new Ids()
  const users = new Map<string, LoginUser>()
  const accounts = given.map(({ name, users: own, seed: counts }, index) => {
    ids.startFrom(counts.firstId)
    const account = openAccount(index + 1, name, clock, ids)
    addUsers(users, own, account)
    seed(account, counts, clock)
    return account
  })
  return { accounts, users }
}
