import { getEventListeners } from 'node:events'
import { type LatchkeyError, Session, Sessions } from '@latchkey/core'
import { InjectSession, LatchkeyModule } from '@latchkey/nestjs'
import { getServiceTradeAccountsToken, InjectServiceTrade, ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import {
  type BeforeApplicationShutdown,
  Controller,
  Get,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common'
import { request } from 'undici'
import { describe, expect, test } from 'vitest'
import { importing, platforms, startApp, startContext } from './support/app.ts'
import { emulatorForTest, sessionOptions } from './support/session.ts'

const closed = expect.objectContaining({ code: 'SESSION_CLOSED' }) as LatchkeyError

/** Works with the client as late as Nest lets it. */
@Injectable()
class Closing implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  @InjectServiceTrade() readonly st!: ServiceTrade
  readonly worked: string[] = []
  readonly begun = Promise.withResolvers<void>()

  async onModuleDestroy(): Promise<void> {
    await this.#work('onModuleDestroy')
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#work('beforeApplicationShutdown')
    this.begun.resolve()
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#work('onApplicationShutdown')
  }

  async #work(hook: string): Promise<void> {
    await this.st.get('/job/1')
    this.worked.push(hook)
  }
}

@Controller()
class Jobs {
  @InjectServiceTrade() readonly st!: ServiceTrade

  @Get()
  async job(): Promise<unknown> {
    return this.st.get('/job/2')
  }
}

describe.each(platforms)('on %s', (platform) => {
  test.each([true, false])(
    'a request under way is answered before its session is closed, and nobody is logged out; shutdown hooks: %s',
    async (hooks) => {
      const api = await emulatorForTest()
      const modules = importing(ServiceTradeModule.forRoot({ ...defaultUser, baseUrl: api.url }))
      const { app, url, close } = await startApp(
        { ...modules, controllers: [Jobs], providers: [Closing] },
        { platform, prepare: (prepared) => hooks && prepared.enableShutdownHooks() },
      )
      const { worked, begun, st } = app.get(Closing)
      await st.session.grant()

      const hold = api.hold('request', { limit: 1 })
      const events: string[] = []
      // Nest waits for connections that are kept alive, too.
      const answer = request(url, { reset: true }).then(({ statusCode, body }) => {
        events.push(`answered ${statusCode}`)
        return body.dump()
      })
      await hold.arrived(1)
      const closing = close().then(() => events.push('closed'))
      await begun.promise
      // All that is left to end is the request.
      expect(worked).toEqual(['onModuleDestroy', 'beforeApplicationShutdown'])
      expect(events).toEqual([])
      await st.session.grant()
      hold.release()
      await Promise.all([answer, closing])

      expect(events).toEqual(['answered 200', 'closed'])
      expect(worked).toEqual(['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'])
      await expect(st.session.grant()).rejects.toEqual(closed)
      expect(api.counters).toMatchObject({ logins: 1, logouts: 0, liveSessions: 1 })
    },
  )
})

test('the sessions of all modules are closed, and the store, which is not theirs, stays open', async () => {
  const api = await emulatorForTest()
  class Store extends MemoryTokenStore {
    closes = 0
    close(): Promise<void> {
      this.closes += 1
      return Promise.resolve()
    }
  }
  const store = new Store()
  class Holder {
    @InjectSession('named') readonly session!: Session
  }
  const app = await startContext({
    ...importing(
      LatchkeyModule.forRoot({ name: 'named', ...sessionOptions(api), store }),
      LatchkeyModule.forTenants({ store, open: () => new Session(sessionOptions(api)) }),
      ServiceTradeModule.forAccounts({ store, baseUrl: api.url, credentials: () => defaultUser }),
    ),
    providers: [Holder],
  })
  const { session } = app.get(Holder)
  const tenants = app.get<Sessions>(Sessions, { strict: false })
  const accounts = app.get<Sessions<ServiceTrade>>(getServiceTradeAccountsToken(), { strict: false })
  const [tenant, st] = await Promise.all([tenants.for('one'), accounts.for('one')])
  await Promise.all([session.grant(), tenant.grant(), st.get('/job/1')])

  await app.close()
  for (const grant of [session.grant(), tenant.grant(), st.session.grant(), tenants.for('one'), accounts.for('one')]) {
    await expect(grant).rejects.toEqual(closed)
  }
  expect(store.closes).toBe(0)
  expect(api.counters).toMatchObject({ logins: 2, logouts: 0, liveSessions: 2 })
})

test('a store of a module that the session is given by is closed after the session, if that is not global', async () => {
  const api = await emulatorForTest()
  const events: string[] = []
  class Store extends MemoryTokenStore implements OnApplicationShutdown {
    onApplicationShutdown(): void {
      events.push('store')
    }
  }
  @Module({ providers: [Store], exports: [Store] })
  class StoreModule {}
  class Client extends ServiceTrade {
    override close(): Promise<void> {
      events.push('session')
      return super.close()
    }
  }
  const app = await startContext(
    importing(
      LatchkeyModule.forTenantsAsync({
        isGlobal: false,
        imports: [StoreModule],
        inject: [Store],
        useFactory: (store: Store) => ({
          store,
          open: (_tenant, shared) => new Client({ ...defaultUser, baseUrl: api.url, ...shared }),
        }),
      }),
    ),
  )
  await app.get<Sessions>(Sessions, { strict: false }).for('one')
  await app.close()
  expect(events).toEqual(['session', 'store'])
})

test('an application that is closed leaves no listener on the process', async () => {
  const api = await emulatorForTest()
  const listeners = () => process.eventNames().flatMap((name) => getEventListeners(process, name))
  const before = listeners()
  const app = await startContext(importing(ServiceTradeModule.forRoot({ ...defaultUser, baseUrl: api.url })))
  await app.get(ServiceTrade, { strict: false }).get('/job/1')
  await app.close()
  expect(listeners()).toEqual(before)
})
