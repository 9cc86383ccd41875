import type { Session, Sessions } from '@latchkey/core'
import {
  CallerSignal,
  getSessionsToken,
  getSessionToken,
  InjectSession,
  InjectSessions,
  LatchkeyModule,
  type LatchkeyOptionsFactory,
  type LatchkeyTenantsOptionsFactory,
  SessionExceptionFilter,
} from '@latchkey/nestjs'
import {
  getServiceTradeAccountsToken,
  getServiceTradeToken,
  InjectServiceTrade,
  InjectServiceTradeAccounts,
  ServiceTradeModule,
  type ServiceTradeAccountsOptionsFactory,
  type ServiceTradeOptionsFactory,
} from '@latchkey/nestjs/servicetrade'
import { LatchkeyHealthIndicator } from '@latchkey/nestjs/terminus'
import { getEmulatorToken, InjectEmulator, ServiceTradeTestingModule } from '@latchkey/nestjs/testing'
import { ServiceTrade } from '@latchkey/servicetrade'
import type { Emulator } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Controller, Get, type INestApplication, Injectable, Module, UseFilters } from '@nestjs/common'
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core'
import { HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus'
import { Test } from '@nestjs/testing'
import { idleOptions } from './support/session.ts'

// Never run: what users write has to compile with the types of each Nest.

@Injectable()
class Options
  implements
    LatchkeyOptionsFactory,
    LatchkeyTenantsOptionsFactory<ServiceTrade>,
    ServiceTradeOptionsFactory,
    ServiceTradeAccountsOptionsFactory
{
  readonly user = { username: 'ann', password: 'not a secret' }

  createLatchkeyOptions(name = 'nobody') {
    return idleOptions(name)
  }

  createLatchkeyTenantsOptions() {
    return { store: new MemoryTokenStore(), open: () => new ServiceTrade(this.user) }
  }

  createServiceTradeOptions() {
    return this.user
  }

  async createServiceTradeAccountsOptions() {
    return Promise.resolve({ store: new MemoryTokenStore(), credentials: () => this.user })
  }
}

@Module({ providers: [Options], exports: [Options] })
class OptionsModule {}

@Controller()
@UseFilters(SessionExceptionFilter)
class Everything {
  @InjectServiceTrade() readonly st!: ServiceTrade
  readonly session: Session
  readonly sessions: Sessions
  readonly accounts: Sessions<ServiceTrade>
  readonly emulator: Emulator
  readonly health: HealthCheckService
  readonly latchkey: LatchkeyHealthIndicator
  readonly typed: ServiceTrade

  constructor(
    @InjectSession('named') session: Session,
    @InjectSessions() sessions: Sessions,
    @InjectServiceTradeAccounts('named') accounts: Sessions<ServiceTrade>,
    @InjectEmulator() emulator: Emulator,
    health: HealthCheckService,
    latchkey: LatchkeyHealthIndicator,
    typed: ServiceTrade,
  ) {
    this.session = session
    this.sessions = sessions
    this.accounts = accounts
    this.emulator = emulator
    this.health = health
    this.latchkey = latchkey
    this.typed = typed
  }

  @Get()
  async get(@CallerSignal() signal: AbortSignal): Promise<unknown> {
    return this.typed.withSignal(signal).get('/job/1')
  }

  @Get('health')
  check(): Promise<unknown> {
    return this.health.check([
      (): Promise<HealthIndicatorResult<'one'>> => this.latchkey.isHealthy('one', this.st),
      () => this.latchkey.isHealthy('two', this.session),
      async () => this.latchkey.isHealthy('three', await this.accounts.for('one')),
    ])
  }
}

const async = { imports: [OptionsModule], useExisting: Options }

@Module({
  imports: [
    LatchkeyModule.forRoot({ name: 'named', isGlobal: false, ...idleOptions('one') }),
    LatchkeyModule.forRootAsync(async),
    LatchkeyModule.forTenants({ store: new MemoryTokenStore(), open: () => new ServiceTrade(new Options().user) }),
    LatchkeyModule.forTenantsAsync(async),
    ServiceTradeModule.forRoot(new Options().user),
    ServiceTradeModule.forRootAsync({ inject: [Options], useFactory: ({ user }: Options) => user }),
    ServiceTradeModule.forRootAsync({ name: 'named', useClass: Options }),
    ServiceTradeModule.forAccounts({ store: new MemoryTokenStore(), credentials: () => new Options().user }),
    ServiceTradeModule.forAccountsAsync(async),
    ServiceTradeTestingModule.forRoot({ emulator: { seed: { jobs: 1 } } }),
    // @ts-expect-error There is no password.
    ServiceTradeModule.forRoot({ username: 'ann' }),
    // @ts-expect-error Two ways to the options are one too many.
    ServiceTradeModule.forRootAsync({ useClass: Options, useFactory: () => new Options().user }),
    // @ts-expect-error There is no way to the options.
    ServiceTradeModule.forRootAsync({ imports: [OptionsModule] }),
    // @ts-expect-error A class that makes no options.
    ServiceTradeModule.forRootAsync({ useClass: OptionsModule }),
  ],
  controllers: [Everything],
  providers: [LatchkeyHealthIndicator, { provide: APP_FILTER, useClass: SessionExceptionFilter }],
})
class AppModule {}

export async function use(app: INestApplication): Promise<unknown> {
  app.useGlobalFilters(new SessionExceptionFilter(app.get(HttpAdapterHost)))
  const builder = Test.createTestingModule({ imports: [AppModule] })
  const moduleRef = await builder.overrideProvider(getServiceTradeToken()).useValue({}).compile()
  const tokens = [getSessionToken(), getSessionsToken('named'), getServiceTradeAccountsToken(), getEmulatorToken()]
  const st: ServiceTrade = moduleRef.get(getServiceTradeToken('named'))
  const session: Session = moduleRef.get(getSessionToken(), { strict: false })
  const emulator: Emulator = moduleRef.get(getEmulatorToken(), { strict: false })
  return [tokens, st, session, emulator]
}
