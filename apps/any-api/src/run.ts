import { subscribe } from 'node:diagnostics_channel'
import { ConfigurationError, type LoginEvent, Session } from '@latchkey/core'
import { FileTokenStore } from '@latchkey/store-file'
import { redfishAuthenticator } from './authenticator.ts'
import { readChassis } from './chassis.ts'
import type { Controller, Options } from './settings.ts'
import { tableOf } from './table.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Prints the sensors, or logs out. Leaves the session to the next run otherwise. */
export async function run({ origin, username, password }: Controller, options: Options): Promise<void> {
  const store = openStore(options.store)
  const session = new Session({ authenticator: redfishAuthenticator(origin, username, password), store })
  try {
    await (options.isLoggingOut ? logOut(session) : print(session, origin))
  } finally {
    await session.close()
    await store.close()
  }
}

async function print(session: Session, origin: string): Promise<void> {
  const reasons: string[] = []
  subscribe('tracing:latchkey:login:asyncEnd', (message) => {
    const { error, reason } = message as LoginEvent
    if (error === undefined) reasons.push(reason)
  })
  say(`Reading ${session.subject}`)
  for (const report of await readChassis(session, origin)) say(tableOf(report))
  const { age = 0 } = await session.status()
  const logins = [reasons.length, ...reasons.map((reason) => `(${reason})`)].join(' ')
  say(`Logins of this run: ${logins}; the session is ${Math.round(age / 1_000)} s old`)
}

async function logOut(session: Session): Promise<void> {
  const { live } = await session.status()
  // Whoever opened it: all that is needed to end it is in the store.
  await session.logout()
  say(live ? 'Logged out' : 'There was no session')
}

function openStore(path: string): FileTokenStore {
  try {
    return new FileTokenStore({ path })
  } catch (error) {
    if (error instanceof ConfigurationError) throw new ConfigurationError('--store', error.takes, path)
    throw error
  }
}
