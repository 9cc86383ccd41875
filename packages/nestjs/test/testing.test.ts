import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { getServiceTradeToken, InjectServiceTrade, ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import {
  getEmulatorToken,
  InjectEmulator,
  ServiceTradeTestingModule,
  type ServiceTradeTestingOptions,
} from '@latchkey/nestjs/testing'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser, type Emulator } from '@latchkey/servicetrade-emulator'
import { Injectable, Module } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { expect, onTestFinished, test } from 'vitest'
import { emulatorForTest } from './support/session.ts'

@Injectable()
class Jobs {
  readonly st: ServiceTrade

  constructor(st: ServiceTrade) {
    this.st = st
  }

  async nameOf(id: number): Promise<string> {
    const { name } = await this.st.get<{ name: string }>(`/job/${id}`)
    return name
  }
}

@Module({ providers: [Jobs] })
class JobsModule {}

const noCredentials = (): never => {
  throw new Error('no credentials in tests')
}

/** What an application has, whose tests know no credentials. */
@Module({ imports: [ServiceTradeModule.forRootAsync({ useFactory: noCredentials }), JobsModule] })
class AppModule {}

test('the testing module provides a client of an emulator, which both end with the application', async () => {
  const moduleRef = await Test.createTestingModule({
    imports: [ServiceTradeTestingModule.forRoot({ emulator: { seed: { jobs: 3 } } }), JobsModule],
  }).compile()
  const emulator = moduleRef.get<Emulator>(getEmulatorToken(), { strict: false })
  const jobs = moduleRef.get(Jobs, { strict: false })

  expect(await jobs.nameOf(1)).toEqual(expect.any(String))
  emulator.resetSessions()
  expect(await jobs.nameOf(3)).toEqual(expect.any(String))
  expect(emulator.counters).toMatchObject({ logins: 2, resets: 1 })

  await moduleRef.close()
  await expect(jobs.st.session.grant()).rejects.toThrow(/closed/)
  expect(emulator.counters.logouts).toBe(0)
  await expect(fetch(emulator.url)).rejects.toThrow()
})

test('emulators with names stand side by side, each with the users and the client that it was given', async () => {
  @Injectable()
  class Both {
    @InjectEmulator('east') readonly east!: Emulator
    @InjectEmulator('west') readonly west!: Emulator
    @InjectServiceTrade('east') readonly eastern!: ServiceTrade
    @InjectServiceTrade('west') readonly western!: ServiceTrade
  }
  const ed = { username: 'ed', password: 'password of ed' }
  const moduleRef = await Test.createTestingModule({
    imports: [
      ServiceTradeTestingModule.forRoot({ name: 'east', emulator: { users: [ed] } }),
      ServiceTradeTestingModule.forRoot({ name: 'west', client: { userAgent: 'western', maxReplays: 0 } }),
    ],
    providers: [Both],
  }).compile()
  onTestFinished(() => moduleRef.close())
  const { east, west, eastern, western } = moduleRef.get(Both)

  await Promise.all([eastern.get('/job/1'), western.get('/job/1')])
  expect(east.sessions.map(({ username }) => username)).toEqual(['ed'])
  expect(west.sessions.map(({ username }) => username)).toEqual([defaultUser.username])
  west.resetSessions()
  await expect(western.get('/job/1')).rejects.toThrow(/401/)
})

test('an application is tested with a value in place of its client, and its options are never asked for', async () => {
  const moduleRef = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(getServiceTradeToken())
    .useValue({ get: async () => Promise.resolve({ name: 'a job of no server' }) })
    .compile()
  expect(await moduleRef.get(Jobs, { strict: false }).nameOf(1)).toBe('a job of no server')
  await moduleRef.close()
})

test('a client that a test puts in place is not closed with the application', async () => {
  const api = await emulatorForTest()
  const st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
  onTestFinished(() => st.close())
  for (let application = 1; application <= 2; application += 1) {
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(getServiceTradeToken())
      .useValue(st)
      .compile()
    expect(await moduleRef.get(Jobs, { strict: false }).nameOf(1)).toEqual(expect.any(String))
    await moduleRef.close()
  }
  expect(api.counters).toMatchObject({ logins: 1, logouts: 0 })
})

test.each([
  ['name', { name: '' }],
  ['ServiceTradeTestingModule option emulators', { emulators: {} }],
])('a bad %s is refused at once', (option, options) => {
  const define = () => ServiceTradeTestingModule.forRoot(options as ServiceTradeTestingOptions)
  expect(define).toThrow(expect.objectContaining({ code: 'CONFIGURATION', option }) as Error)
})

test('the emulator of an application that fails to start does not keep the process from ending', async () => {
  const script = fileURLToPath(new URL('scripts/failing-start.ts', import.meta.url))
  const flags = ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning']
  // Killed if it goes on: it takes about a second.
  const run = promisify(execFile)(process.execPath, [...flags, script], { timeout: 15_000, killSignal: 'SIGKILL' })
  expect(await run).toEqual({ stdout: 'Error: no start after 1 login', stderr: '' })
})
