import { ConfigurationError, Sessions } from '@latchkey/core'
import {
  getServiceTradeAccountsToken,
  getServiceTradeToken,
  InjectServiceTrade,
  InjectServiceTradeAccounts,
  ServiceTradeModule,
  type ServiceTradeAccountsModuleAsyncOptions,
  type ServiceTradeAccountsOptions,
  type ServiceTradeAccountsOptionsFactory,
  type ServiceTradeModuleAsyncOptions,
  type ServiceTradeOptionsFactory,
} from '@latchkey/nestjs/servicetrade'
import { ServiceTrade, type ServiceTradeOptions } from '@latchkey/servicetrade'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Injectable, Module } from '@nestjs/common'
import { expect, test } from 'vitest'
import { importing, startContext } from './support/app.ts'

const user = (username: string) => ({ username, password: 'not a secret', baseUrl: 'http://127.0.0.1:9' })
const accounts = (username: string): ServiceTradeAccountsOptions => ({
  store: new MemoryTokenStore(),
  credentials: () => ({ username, password: 'not a secret' }),
})

@Injectable()
class Options implements ServiceTradeOptionsFactory, ServiceTradeAccountsOptionsFactory {
  createServiceTradeOptions(name = 'nameless'): ServiceTradeOptions {
    return user(name)
  }

  async createServiceTradeAccountsOptions(name = 'nameless'): Promise<ServiceTradeAccountsOptions> {
    return Promise.resolve(accounts(name))
  }
}

@Module({ providers: [Options], exports: [Options] })
class OptionsModule {}

test('clients are injected by their type, with a decorator, and by their names', async () => {
  @Injectable()
  class Jobs {
    @InjectServiceTrade() readonly plain!: ServiceTrade
    @InjectServiceTrade('east') readonly east!: ServiceTrade
    @InjectServiceTradeAccounts() readonly accounts!: Sessions<ServiceTrade>
    @InjectServiceTradeAccounts('east') readonly easternAccounts!: Sessions<ServiceTrade>
    readonly typed: ServiceTrade

    constructor(typed: ServiceTrade) {
      this.typed = typed
    }
  }
  const app = await startContext({
    ...importing(
      ServiceTradeModule.forRoot(user('ann')),
      ServiceTradeModule.forRoot({ name: 'east', ...user('ed') }),
      ServiceTradeModule.forAccounts(accounts('all')),
      ServiceTradeModule.forAccounts({ name: 'east', ...accounts('eastern') }),
    ),
    providers: [Jobs],
  })
  const jobs = app.get(Jobs)
  expect(jobs.typed).toBe(jobs.plain)
  expect(jobs.plain.session.subject).toBe('127.0.0.1:9/ann')
  expect(jobs.east.session.subject).toBe('127.0.0.1:9/ed')
  expect((await jobs.accounts.for('one')).session.subject).toBe('api.servicetrade.com/all')
  expect((await jobs.easternAccounts.for('one')).session.subject).toBe('api.servicetrade.com/eastern')
})

const ways: [string, ServiceTradeModuleAsyncOptions & ServiceTradeAccountsModuleAsyncOptions][] = [
  ['useClass', { useClass: Options }],
  ['useExisting', { imports: [OptionsModule], useExisting: Options }],
]

test.each(ways)('the asynchronous forms take their options from %s, which is told the name', async (_way, options) => {
  const app = await startContext(
    importing(
      ServiceTradeModule.forRootAsync(options),
      ServiceTradeModule.forRootAsync({ name: 'east', ...options }),
      ServiceTradeModule.forAccountsAsync({ name: 'west', ...options }),
    ),
  )
  expect(app.get<ServiceTrade>(getServiceTradeToken(), { strict: false }).session.subject).toBe('127.0.0.1:9/nameless')
  expect(app.get<ServiceTrade>(getServiceTradeToken('east'), { strict: false }).session.subject).toBe(
    '127.0.0.1:9/east',
  )
  const western = app.get<Sessions<ServiceTrade>>(getServiceTradeAccountsToken('west'), { strict: false })
  expect((await western.for('one')).session.subject).toBe('api.servicetrade.com/west')
})

test('the asynchronous forms take their options from useFactory', async () => {
  const app = await startContext(
    importing(
      ServiceTradeModule.forRootAsync({ useFactory: () => user('ann') }),
      ServiceTradeModule.forAccountsAsync({ useFactory: () => accounts('all') }),
    ),
  )
  expect(app.get(ServiceTrade, { strict: false }).session.subject).toBe('127.0.0.1:9/ann')
  expect(app.get(getServiceTradeAccountsToken(), { strict: false })).toBeInstanceOf(Sessions)
})

test.each<[string, () => ReturnType<typeof ServiceTradeModule.forRoot>]>([
  ['password', () => ServiceTradeModule.forRoot({ username: 'ann' } as ServiceTradeOptions)],
  ['baseUrl', () => ServiceTradeModule.forRoot({ ...user('ann'), baseUrl: 'example.com' })],
  ['store', () => ServiceTradeModule.forAccounts({ ...accounts('all'), store: {} as MemoryTokenStore })],
  ['credentials', () => ServiceTradeModule.forAccounts({ store: new MemoryTokenStore() } as never)],
  ['limit', () => ServiceTradeModule.forAccounts({ ...accounts('all'), limit: 0 })],
  ['maxRetryAfter', () => ServiceTradeModule.forAccounts({ ...accounts('all'), maxRetryAfter: -1 })],
  ['baseUrl', () => ServiceTradeModule.forAccountsAsync({ useFactory: () => ({ ...accounts('all'), baseUrl: '' }) })],
])('a bad %s fails the start with an error that names it', async (option, define) => {
  const error: unknown = await startContext(importing(define())).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConfigurationError)
  expect((error as ConfigurationError).option).toBe(option)
  expect(String(error)).not.toContain('not a secret')
})
