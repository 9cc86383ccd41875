import { Session, type SessionOptions } from '@latchkey/core'
import { InjectSession, LatchkeyModule } from '@latchkey/nestjs'
import { ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import { LatchkeyHealthIndicator } from '@latchkey/nestjs/terminus'
import { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { Controller, Get, Module } from '@nestjs/common'
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus'
import { describe, expect, test } from 'vitest'
import { importing, platforms, startApp } from './support/app.ts'
import { emulatorForTest, sessionOptions } from './support/session.ts'

@Controller()
class HealthController {
  readonly health: HealthCheckService
  readonly latchkey: LatchkeyHealthIndicator
  readonly st: ServiceTrade
  @InjectSession() readonly session!: Session

  constructor(health: HealthCheckService, latchkey: LatchkeyHealthIndicator, st: ServiceTrade) {
    this.health = health
    this.latchkey = latchkey
    this.st = st
  }

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([
      () => this.latchkey.isHealthy('servicetrade', this.st),
      () => this.latchkey.isHealthy('session', this.session),
    ])
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [LatchkeyHealthIndicator],
})
class HealthModule {}

interface Report {
  readonly status: string
  readonly details: Record<string, Record<string, unknown>>
}

describe.each(platforms)('on %s', (platform) => {
  test('a session is down only while a request would fail, and asking logs nobody in', async () => {
    const api = await emulatorForTest()
    const { app, url } = await startApp(
      importing(
        ServiceTradeModule.forRoot({ ...defaultUser, baseUrl: api.url }),
        LatchkeyModule.forRoot(sessionOptions(api)),
        { module: HealthModule },
      ),
      { platform },
    )
    const ask = async () => {
      const response = await fetch(`${url}/health`)
      const text = await response.text()
      for (const secret of Object.values(defaultUser)) expect(text).not.toContain(secret)
      return { status: response.status, report: JSON.parse(text) as Report }
    }

    const idle = await ask()
    expect(idle.status).toBe(200)
    expect(idle.report.details['servicetrade']).toMatchObject({ status: 'up', live: false, generation: 0, store: 'ok' })
    expect(api.counters.loginAttempts).toBe(0)

    const st = app.get(ServiceTrade, { strict: false })
    await st.get('/job/1')
    const live = await ask()
    expect(live.report.details['servicetrade']).toMatchObject({ status: 'up', live: true, generation: 1 })
    expect(live.report.details['session']).toMatchObject({ status: 'up', live: false })

    api.faults.denyLogins = true
    api.resetSessions()
    await expect(st.get('/job/1')).rejects.toThrow()
    const held = await ask()
    expect(held.status).toBe(503)
    expect(held.report.status).toBe('error')
    expect(held.report.details['servicetrade']).toMatchObject({
      status: 'down',
      live: false,
      hold: { reason: 'refused' },
    })
    expect(held.report.details['session']).toMatchObject({ status: 'up' })
    expect(api.counters).toMatchObject({ logins: 1, loginAttempts: 2 })
  })

  test('a store out of reach is told, and takes nobody out of service', async () => {
    const api = await emulatorForTest()
    const store: SessionOptions['store'] = {
      get: () => Promise.reject(new Error('out of reach')),
      set: () => Promise.reject(new Error('out of reach')),
    }
    const { url } = await startApp(
      importing(
        ServiceTradeModule.forRoot({ ...defaultUser, baseUrl: api.url, store }),
        LatchkeyModule.forRoot(sessionOptions(api)),
        { module: HealthModule },
      ),
      { platform },
    )
    const response = await fetch(`${url}/health`)
    expect(response.status).toBe(200)
    expect(((await response.json()) as Report).details['servicetrade']).toMatchObject({
      status: 'up',
      store: 'unavailable',
    })
  })
})
