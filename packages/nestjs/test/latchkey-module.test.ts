import { ConfigurationError, LatchkeyError, Session, type SessionOptions } from '@latchkey/core'
import {
  getSessionToken,
  InjectSession,
  LatchkeyModule,
  type LatchkeyModuleAsyncOptions,
  type LatchkeyOptionsFactory,
} from '@latchkey/nestjs'
import { Inject, Injectable, Module } from '@nestjs/common'
import { expect, test } from 'vitest'
import { importing, startContext } from './support/app.ts'
import { idleOptions } from './support/session.ts'

@Injectable()
class Config {
  readonly subject: string = 'from the config'
}

@Module({ providers: [Config], exports: [Config] })
class ConfigModule {}

@Injectable()
class ConfiguredOptions implements LatchkeyOptionsFactory {
  @Inject() readonly config!: Config

  createLatchkeyOptions(name?: string): SessionOptions {
    return idleOptions([this.config.subject, name].filter(Boolean).join(', '))
  }
}

@Module({ imports: [ConfigModule], providers: [ConfiguredOptions], exports: [ConfiguredOptions] })
class OptionsModule {}

test('forRoot provides a session, injected by its type and with @InjectSession', async () => {
  @Injectable()
  class Jobs {
    readonly typed: Session
    readonly decorated: Session
    @InjectSession() readonly property!: Session

    constructor(typed: Session, @InjectSession() decorated: Session) {
      this.typed = typed
      this.decorated = decorated
    }
  }
  @Module({ providers: [Jobs] })
  class JobsModule {}

  const app = await startContext(importing(LatchkeyModule.forRoot(idleOptions('one')), { module: JobsModule }))
  const { typed, decorated, property } = app.get(Jobs, { strict: false })
  expect(typed).toBeInstanceOf(Session)
  expect(typed.subject).toBe('one')
  expect([decorated, property, app.get(getSessionToken(), { strict: false })]).toEqual([typed, typed, typed])
  expect(decorated).toBe(typed)
})

test('sessions with names stand side by side, and beside the one without a name', async () => {
  @Injectable()
  class Both {
    @InjectSession('east') readonly east!: Session
    @InjectSession('west') readonly west!: Session
    @InjectSession() readonly plain!: Session
  }
  const app = await startContext({
    ...importing(
      LatchkeyModule.forRoot({ name: 'east', ...idleOptions('in the east') }),
      LatchkeyModule.forRoot(idleOptions('anywhere')),
      LatchkeyModule.forRoot({ name: 'west', ...idleOptions('in the west') }),
    ),
    providers: [Both],
  })
  const { east, west, plain } = app.get(Both)
  expect([east.subject, west.subject, plain.subject]).toEqual(['in the east', 'in the west', 'anywhere'])
})

test('a session is seen by all modules, unless isGlobal is false', async () => {
  class Other {
    @InjectSession() readonly session!: Session
  }
  class Elsewhere {}
  const elsewhere = { module: Elsewhere, providers: [Other] }
  const app = await startContext(importing(LatchkeyModule.forRoot(idleOptions('one')), elsewhere))
  expect(app.get(Other, { strict: false }).session.subject).toBe('one')

  const scoped = LatchkeyModule.forRoot({ isGlobal: false, ...idleOptions('one') })
  await expect(startContext(importing(scoped, elsewhere))).rejects.toThrow(/can't resolve dependencies of the Other/)
  const importer = await startContext(importing(scoped, { ...elsewhere, imports: [scoped] }))
  expect(importer.get(Other, { strict: false }).session.subject).toBe('one')
})

const ways: [string, LatchkeyModuleAsyncOptions, string][] = [
  [
    'useFactory with inject',
    {
      imports: [ConfigModule],
      inject: [Config],
      useFactory: async ({ subject }: Config) => Promise.resolve(idleOptions(subject)),
    },
    'from the config',
  ],
  [
    'useFactory with what may be missing',
    {
      inject: [{ token: 'missing', optional: true }],
      useFactory: (missing?: string) => idleOptions(`${missing}`),
    },
    'undefined',
  ],
  ['useClass', { imports: [ConfigModule], useClass: ConfiguredOptions }, 'from the config'],
  ['useExisting', { imports: [OptionsModule], useExisting: ConfiguredOptions }, 'from the config'],
]

test.each(ways)('forRootAsync takes its options from %s', async (_way, options, subject) => {
  const app = await startContext(importing(LatchkeyModule.forRootAsync(options)))
  expect(app.get(Session, { strict: false }).subject).toBe(subject)
})

test('useExisting asks the one that is there, and is told the name', async () => {
  const east = LatchkeyModule.forRootAsync({
    name: 'east',
    imports: [OptionsModule],
    useExisting: ConfiguredOptions,
  })
  const app = await startContext(importing(east))
  expect(app.get<Session>(getSessionToken('east'), { strict: false }).subject).toBe('from the config, east')
  expect(app.get(ConfiguredOptions, { strict: false, each: true })).toHaveLength(1)
})

test.each<[string, unknown]>([
  ['authenticator', {}],
  ['store', { ...idleOptions('one'), store: new Map() }],
  ['maxWait', { ...idleOptions('one'), maxWait: -1 }],
  ['Session option maxwait', { ...idleOptions('one'), maxwait: 1 }],
  ['authenticator', undefined],
])('a bad %s fails the start with an error that names it', async (option, options) => {
  const failing = [
    () => LatchkeyModule.forRoot(options as SessionOptions),
    () => LatchkeyModule.forRootAsync({ useFactory: () => (options ?? {}) as SessionOptions }),
  ]
  for (const module of failing) {
    const error: unknown = await startContext(importing(module())).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect((error as ConfigurationError).option).toBe(option)
  }
})

test.each<[string, object]>([
  ['name', { name: '', useFactory: () => idleOptions('one') }],
  ['isGlobal', { isGlobal: 'yes', useFactory: () => idleOptions('one') }],
  ['inject', { inject: 'Config', useFactory: () => idleOptions('one') }],
  ['LatchkeyModule option useFunction', { useFunction: () => idleOptions('one') }],
  ['LatchkeyModule options', {}],
  ['LatchkeyModule options', { useFactory: () => idleOptions('one'), useClass: ConfiguredOptions }],
  ['useFactory', { useFactory: idleOptions('one') }],
])('forRootAsync refuses a bad %s at once', (option, options) => {
  const define = () => LatchkeyModule.forRootAsync(options as LatchkeyModuleAsyncOptions)
  expect(define).toThrow(expect.objectContaining({ code: 'CONFIGURATION', option }) as Error)
})

test('what is wrong with a name is said when the module is defined', () => {
  expect(() => LatchkeyModule.forRoot({ name: '', ...idleOptions('one') })).toThrow(LatchkeyError)
})
