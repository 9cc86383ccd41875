import { LatchkeyError, Sessions } from '@latchkey/core'
import { latchkey, sessionErrors } from '@latchkey/express'
import { ServiceTrade } from '@latchkey/servicetrade'
import { type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import type { NextFunction, Request, Response } from 'express'
import { describe, expect, test } from 'vitest'
import { type ExpressModule, handled, majors, serve } from './support/apps.ts'

const callersOfEach = 20

/** Two tenants with an upstream of their own each, one store and one app. No id is known to both. */
async function startTenants(express: ExpressModule) {
  const user = { username: 'integration', password: 'emulator-password' }
  const upstreams: Record<string, Emulator> = {
    acme: await startEmulator({ users: [user], seed: { firstId: 1_000 } }),
    globex: await startEmulator({ users: [user], seed: { firstId: 2_000 } }),
  }
  const accounts = new Sessions({
    store: new MemoryTokenStore(),
    open: async (tenant, { store }) => {
      const upstream = upstreams[tenant]
      if (upstream === undefined) throw new RangeError('no such account')
      return new ServiceTrade({ ...user, baseUrl: upstream.url, store })
    },
  })
  const app = await serve(express, (one) => {
    one.use(latchkey({ resolve: (req) => accounts.for(req.get('x-account') ?? ''), as: 'st' }))
    one.get(
      '/jobs',
      handled(async (req, res) => {
        const ids: unknown[] = []
        for await (const job of req.st.list<{ id: number }>('/job', { status: '*', limit: 10 })) ids.push(job.id)
        res.json({ subject: req.st.session.subject, ids })
      }),
    )
    one.use(sessionErrors())
    one.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      res.status(error instanceof LatchkeyError ? 500 : 404).send(error.message)
    })
  })
  return {
    upstreams,
    accounts,
    ask: async (account: string) => {
      const response = await fetch(`${app.url}/jobs`, { headers: { 'x-account': account } })
      return { status: response.status, text: await response.text() }
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await accounts.close()
      for (const upstream of Object.values(upstreams)) await upstream.close()
    },
  }
}

describe.each(majors)('two tenants in one app of %s', (_major, express) => {
  test('see nothing of each other, however their requests and resets are mixed', async () => {
    await using world = await startTenants(express)
    const { acme, globex } = world.upstreams as { acme: Emulator; globex: Emulator }
    const asked = Array.from({ length: 2 * callersOfEach }, async (_, caller) => {
      const [account, firstId, upstream] =
        caller % 2 === 0 ? (['acme', 1_000, acme] as const) : (['globex', 2_000, globex] as const)
      for (let round = 0; round < 3; round++) {
        const { status, text } = await world.ask(account)
        expect(status).toBe(200)
        const { subject, ids } = JSON.parse(text) as { subject: string; ids: number[] }
        expect(subject).toContain(new URL(upstream.url).host)
        expect(ids).toHaveLength(40)
        expect(ids.filter((id) => Math.floor(id / 1_000) * 1_000 !== firstId)).toEqual([])
        if (caller === 0) acme.resetSessions()
      }
    })
    await Promise.all(asked)
    // A reset of one tenant is no reset of the other.
    expect(globex.counters).toMatchObject({ logins: 1, rejected: 0 })
    expect(acme.counters.logins).toBeGreaterThan(1)
    expect(world.accounts.size).toBe(2)
  })

  test('a refused login of one does not concern the other', async () => {
    await using world = await startTenants(express)
    world.upstreams['acme']!.setPassword('integration', 'another-password')
    const [acme, globex] = await Promise.all([world.ask('acme'), world.ask('globex')])
    expect([acme.status, globex.status]).toEqual([502, 200])
    expect(JSON.parse(acme.text)).toMatchObject({ code: 'LOGIN_REFUSED' })
  })

  test('a caller who names no tenant, or one that does not exist, gets nobody’s data', async () => {
    await using world = await startTenants(express)
    expect((await world.ask('initech')).status).toBe(404)
    expect((await world.ask('')).status).toBe(500)
    expect(Object.values(world.upstreams).map(({ counters }) => counters.loginAttempts)).toEqual([0, 0])
  })
})
