import { setTimeout as sleep } from 'node:timers/promises'
import { CallerSignal, SessionExceptionFilter } from '@latchkey/nestjs'
import { ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { Controller, Get, Param } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { Agent, Client } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { importing, type Platform, platforms, startApp } from './support/app.ts'
import { emulatorForTest } from './support/session.ts'

const callers = 200
const resetEvery = 500
// The others differ in nothing that bears on this.
const durationOn = (platform: Platform): number =>
  platform === 'Express' && process.env['NEST_MAJOR'] !== '11' ? 10_000 : 2_000

@Controller('jobs')
class Jobs {
  readonly st: ServiceTrade

  constructor(st: ServiceTrade) {
    this.st = st
  }

  @Get(':id')
  job(@Param('id') id: string, @CallerSignal() signal: AbortSignal): Promise<unknown> {
    return this.st.withSignal(signal).get(`/job/${id}`)
  }
}

describe.each(platforms)('on %s', (platform) => {
  test(`of ${callers} callers at once, none notices that the session ends every ${resetEvery} ms`, async () => {
    const api = await emulatorForTest()
    const dispatcher = new Agent({ connections: 50 })
    onTestFinished(() => dispatcher.destroy())
    const client = { ...defaultUser, baseUrl: api.url, dispatcher, loginBudget: { limit: 1_000 } }
    const { url } = await startApp(
      {
        ...importing(ServiceTradeModule.forRoot(client)),
        controllers: [Jobs],
        providers: [{ provide: APP_FILTER, useClass: SessionExceptionFilter }],
      },
      { platform },
    )
    const crowd = new Crowd(url)
    onTestFinished(() => crowd.stop())
    await crowd.start()

    const end = performance.now() + durationOn(platform)
    let resets = 0
    while (performance.now() < end || resets < 3) {
      resets += api.resetSessions()
      // Where that takes longer, the next reset waits: what meets more of them than it is sent again gets the server's 401.
      await Promise.all([sleep(resetEvery), crowd.answered()])
    }
    await crowd.stop()

    expect([...crowd.answers.keys()]).toEqual([200])
    const { logins, loginAttempts, logouts } = api.counters
    expect({ logins, loginAttempts, logouts }).toEqual({ logins: resets + 1, loginAttempts: resets + 1, logouts: 0 })
  }, 60_000)
})

/** Callers with a connection each, who ask for one job after the other until they are stopped. */
class Crowd {
  /** How often which status was answered; 0 for a 200 that is another job's. */
  readonly answers = new Map<number, number>()
  readonly #clients: Client[]
  readonly #underWay: Promise<void>[] = []
  #callers: Promise<void>[] = []
  #isStopped = false

  constructor(url: string) {
    this.#clients = Array.from({ length: callers }, () => new Client(url))
  }

  async start(): Promise<void> {
    // A few at a time: more connections at once than a server's backlog holds cost seconds each.
    for (let first = 0; first < callers; first += 20) {
      await Promise.all(this.#clients.slice(first, first + 20).map((client) => this.#ask(client, 1)))
    }
    this.#callers = this.#clients.map((client, caller) => this.#call(client, caller))
  }

  /** Resolves once everybody has been answered who waits for an answer now. */
  async answered(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#callers)
    await Promise.all(this.#clients.map((client) => client.destroy()))
  }

  async #call(client: Client, caller: number): Promise<void> {
    for (let round = 0; !this.#isStopped; round += 1) {
      this.#underWay[caller] = this.#ask(client, 1 + ((caller + round) % 40))
      await this.#underWay[caller]
    }
  }

  async #ask(client: Client, id: number): Promise<void> {
    const { statusCode, body } = await client.request({ method: 'GET', path: `/jobs/${id}` })
    const job = (await body.json()) as { id?: number }
    const answer = statusCode === 200 && job.id !== id ? 0 : statusCode
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1)
  }
}
