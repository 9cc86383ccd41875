import { once } from 'node:events'
import { connect } from 'node:net'
import { ConfigurationError } from '@latchkey/core'
import { CallerSignal, SessionExceptionFilter } from '@latchkey/nestjs'
import { InjectServiceTrade, ServiceTradeModule } from '@latchkey/nestjs/servicetrade'
import type { ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { Controller, Get, Param } from '@nestjs/common'
import { APP_FILTER, ExternalContextCreator, REQUEST } from '@nestjs/core'
import { Agent } from 'undici'
import { describe, expect, test } from 'vitest'
import { importing, platforms, startApp, startContext } from './support/app.ts'
import { emulatorForTest } from './support/session.ts'

@Controller()
class Jobs {
  @InjectServiceTrade() readonly st!: ServiceTrade
  readonly instance = Symbol('one for all requests')
  readonly ended: unknown[] = []
  readonly signals: AbortSignal[] = []

  @Get('jobs/:id')
  async job(@Param('id') id: string, @CallerSignal() signal: AbortSignal): Promise<unknown> {
    this.signals.push(signal)
    try {
      return await this.st.withSignal(signal).get(`/job/${id}`)
    } catch (error) {
      this.ended.push(error)
      throw error
    }
  }
}

describe.each(platforms)('on %s', (platform) => {
  test('a caller who leaves frees the request that was made for it, and is answered nothing', async () => {
    const api = await emulatorForTest()
    // One connection to the server: nobody gets through before it is free again.
    const dispatcher = new Agent({ connections: 1, pipelining: 1 })
    const { app, url, logger } = await startApp(
      {
        ...importing(ServiceTradeModule.forRoot({ ...defaultUser, baseUrl: api.url, dispatcher })),
        controllers: [Jobs],
        providers: [{ provide: APP_FILTER, useClass: SessionExceptionFilter }],
      },
      { platform },
    )
    const jobs = app.get(Jobs)
    expect((await fetch(`${url}/jobs/1`)).status).toBe(200)

    const hold = api.hold('request', { limit: 1 })
    const caller = connect(Number(new URL(url).port), '127.0.0.1')
    await once(caller, 'connect')
    caller.write('GET /jobs/2 HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await hold.arrived(1)
    expect(jobs.ended).toEqual([])
    caller.destroy()

    // The first one is still held: this one has its connection.
    expect((await fetch(`${url}/jobs/3`)).status).toBe(200)
    expect(jobs.ended).toEqual([jobs.signals[1]?.reason])
    expect(jobs.signals.map(({ aborted }) => aborted)).toEqual([false, true, false])
    expect(logger.lines).toEqual([{ level: 'debug', text: 'The caller went away' }])
    hold.release()
    expect(api.counters.logins).toBe(1)
  })

  test('a controller that takes the signal is made once, not for each request', async () => {
    const api = await emulatorForTest()
    const modules = importing(ServiceTradeModule.forRoot({ ...defaultUser, baseUrl: api.url }))
    const { app, url } = await startApp({ ...modules, controllers: [Jobs] }, { platform })
    await Promise.all([1, 2, 3].map((id) => fetch(`${url}/jobs/${id}`)))
    expect(app.get(Jobs).signals).toHaveLength(3)
    expect(() => app.get(REQUEST)).toThrow()
  })
})

test('outside of HTTP there is no caller whose signal could be given', async () => {
  const app = await startContext({ ...importing(), providers: [Watching] })
  const watching = app.get(Watching)
  const noParameters = { exchangeKeyForValue: () => undefined }
  const resolver = app
    .get(ExternalContextCreator)
    .create(
      watching,
      watching.watch as () => boolean,
      'watch',
      '__routeArguments__',
      noParameters,
      undefined,
      undefined,
      undefined,
      'graphql',
    ) as () => Promise<unknown>
  await expect(resolver()).rejects.toThrow(ConfigurationError)
  await expect(resolver()).rejects.toThrow('@CallerSignal() takes a handler of HTTP requests')
})

class Watching {
  watch(@CallerSignal() signal: AbortSignal): boolean {
    return signal.aborted
  }
}
