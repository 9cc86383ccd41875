import { ServerTimeBudget } from './budget.ts'
import { createTally, type Counters, type Tally, viewCounters } from './counters.ts'
import { createFaults, type Faults } from './faults.ts'
import { Holds } from './holds.ts'
import type { Settings } from './options.ts'
import { Database } from './resources/database.ts'
import { seed } from './seed.ts'
import { Sessions } from './sessions.ts'
import { LoginThrottle } from './throttle.ts'
import { createUsers, type LoginUser } from './users.ts'

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
  readonly db: Database
  readonly users: ReadonlyMap<string, LoginUser>
}

export function createState(settings: Settings): State {
  const { clock, latency, loginLatency } = settings
  const tally = createTally()
  const sessions = new Sessions(settings, tally)
  const db = new Database(clock, settings.seed.firstId)
  const users = createUsers(settings.users, db)
  seed(db, settings.seed, clock)
  return {
    clock,
    tally,
    counters: viewCounters(tally, () => sessions.count()),
    sessions,
    throttle: new LoginThrottle(settings.loginThrottle, clock),
    budget: new ServerTimeBudget(settings.serverTimeBudget, clock),
    faults: createFaults({ latency, loginLatency }),
    holds: new Holds(),
    db,
    users,
  }
}
