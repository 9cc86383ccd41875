import { type Account, openAccount } from './accounts.ts'
import { ServerTimeBudget } from './budget.ts'
import { createTally, type Counters, type Tally, viewCounters } from './counters.ts'
import { createFaults, type Faults } from './faults.ts'
import { Holds } from './holds.ts'
import type { Client } from './oauth2/clients.ts'
import { Tokens } from './oauth2/tokens.ts'
import { Ids } from './resources/ids.ts'
import { seed } from './seed.ts'
import { Sessions } from './sessions.ts'
import type { OAuth2Settings, Settings } from './settings.ts'
import { LoginThrottle } from './throttle.ts'
import { addUsers, type LoginUser } from './users.ts'
import { Webhooks } from './webhooks/webhooks.ts'

/** All that one emulator knows. */
export interface State {
  readonly clock: () => number
  readonly tally: Tally
  readonly counters: Counters
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly oauth2: OAuth2Settings
  readonly throttle: LoginThrottle
  readonly budget: ServerTimeBudget
  readonly faults: Faults
  readonly holds: Holds
  readonly webhooks: Webhooks
  readonly accounts: readonly Account[]
  /** Of all accounts, by username. */
  readonly users: ReadonlyMap<string, LoginUser>
  /** Of all accounts, by client id. */
  readonly clients: ReadonlyMap<string, Client>
}

export function createState(settings: Settings): State {
  const { clock, latency, loginLatency, oauth2 } = settings
  const tally = createTally()
  const sessions = new Sessions(settings, tally)
  const opened = openAccounts(settings)
  const tokens = new Tokens({ settings: oauth2, clock, issuer: () => opened.accounts[0]!.db.url })
  const faults = createFaults({ latency, loginLatency })
  return {
    clock,
    tally,
    counters: viewCounters(tally, { liveSessions: () => sessions.count(), liveTokens: () => tokens.count() }),
    sessions,
    tokens,
    oauth2,
    throttle: new LoginThrottle(settings.loginThrottle, clock),
    budget: new ServerTimeBudget(settings.serverTimeBudget, clock),
    faults,
    holds: new Holds(),
    webhooks: new Webhooks({ settings: settings.webhooks, clock, faults, tally }),
    ...opened,
  }
}

function openAccounts({ accounts: given, clock }: Settings): Pick<State, 'accounts' | 'users' | 'clients'> {
  const ids = new Ids()
  const users = new Map<string, LoginUser>()
  const clients = new Map<string, Client>()
  const accounts = given.map(({ name, users: own, clients: ownClients, seed: counts }, index) => {
    ids.startFrom(counts.firstId)
    const account = openAccount(index + 1, name, clock, ids)
    addUsers(users, own, account)
    for (const { clientId: id, clientSecret: secret, username = own[0]!.username } of ownClients) {
      clients.set(id, { id, secret, user: users.get(username)! })
    }
    seed(account, counts, clock)
    return account
  })
  return { accounts, users, clients }
}
