import { Session, type Sessions } from '@latchkey/core'
import { InjectSessions, LatchkeyModule, getSessionsToken } from '@latchkey/nestjs'
import { InjectServiceTradeAccounts, ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import { type ServiceTrade, SessionAuthenticator } from '@latchkey/servicetrade'
import type { EmulatorUser } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Controller, Get, Param } from '@nestjs/common'
import { describe, expect, test } from 'vitest'
import { importing, platforms, startApp, startContext } from './support/app.ts'
import { emulatorForTest, idleOptions } from './support/session.ts'

const accounts = Array.from({ length: 20 }, (_, index) => `account-${index}`)
const passwordOf = (account: string) => `password of ${account}`
const users = accounts.map((username): EmulatorUser => ({ username, password: passwordOf(username) }))

interface Who {
  readonly user: { readonly username: string }
}

@Controller('clients')
class Clients {
  @InjectServiceTradeAccounts() readonly accounts!: Sessions<ServiceTrade>

  @Get(':account')
  async whoAmI(@Param('account') account: string): Promise<string> {
    const st = await this.accounts.for(account)
    const { user } = await st.get<Who>('/auth')
    return user.username
  }
}

@Controller('sessions')
class PlainSessions {
  @InjectSessions('plain') readonly sessions!: Sessions

  @Get(':account')
  async whoAmI(@Param('account') account: string): Promise<string> {
    const session = await this.sessions.for(account)
    const response = await session.fetch(`http://${session.subject.split('/')[0]}/api/auth`)
    const { data } = (await response.json()) as { data: Who }
    return data.user.username
  }
}

describe.each(platforms)('on %s', (platform) => {
  test('each request gets the session of its own account, resets and all, and each account logs in once', async () => {
    const api = await emulatorForTest({ users })
    const store = new MemoryTokenStore()
    const modules = importing(
      ServiceTradeModule.forAccounts({
        store,
        baseUrl: api.url,
        limit: 5, // so that accounts are dropped and opened again under way
        credentials: async (username) => Promise.resolve({ username, password: passwordOf(username) }),
      }),
      LatchkeyModule.forTenants({
        name: 'plain',
        store,
        open: (username, shared) => {
          const password = passwordOf(username)
          return new Session({
            authenticator: new SessionAuthenticator({ username, password, baseUrl: api.url }),
            ...shared,
          })
        },
      }),
    )
    const { url } = await startApp({ ...modules, controllers: [Clients, PlainSessions] }, { platform })
    const ask = async (path: string) => (await fetch(`${url}${path}`)).text()
    const paths = [...accounts, ...accounts].flatMap((account) => [`/clients/${account}`, `/sessions/${account}`])
    const expected = paths.map((path) => path.split('/')[2])

    expect(await Promise.all(paths.map(ask))).toEqual(expected)
    expect(api.counters).toMatchObject({ loginAttempts: 20, logins: 20 })
    api.resetSessions()
    expect(await Promise.all(paths.map(ask))).toEqual(expected)
    expect(api.counters).toMatchObject({ loginAttempts: 40, logins: 40 })
  })
})

test('an account whose credentials cannot be told fails alone, and is tried again', async () => {
  let isKnown = false
  const app = await startContext(
    importing(
      LatchkeyModule.forTenantsAsync({
        useFactory: () => ({
          store: new MemoryTokenStore(),
          open: (tenant) => {
            if (tenant === 'new' && !isKnown) throw new Error('not known yet')
            return new Session(idleOptions(tenant))
          },
        }),
      }),
    ),
  )
  const sessions = app.get<Sessions>(getSessionsToken(), { strict: false })
  await expect(sessions.for('new')).rejects.toThrow('not known yet')
  expect((await sessions.for('old')).subject).toBe('old')
  isKnown = true
  expect((await sessions.for('new')).subject).toBe('new')
})
