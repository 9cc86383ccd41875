import { inspect } from 'node:util'
import { ServiceTrade } from '@latchkey/servicetrade'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import { rejection } from '../support/client.ts'
import { exposures, recordEvents } from '../support/exposures.ts'

const clientSecret = 'canary-secret-4711'

test('nothing that a program could log shows the secret or a token', async () => {
  const secrets = new Set([clientSecret])
  const shown: unknown[] = []
  const events = await recordEvents(async () => {
    await using api = await startEmulator({ clients: [{ clientId: 'acme', clientSecret }] })
    await using st = new ServiceTrade({ clientId: 'acme', clientSecret, baseUrl: api.url })
    const remember = async (): Promise<void> => {
      const grant = await st.session.grant()
      secrets.add(grant.token)
      secrets.add(grant.refreshToken ?? '')
      shown.push(grant, await st.session.status())
    }
    shown.push(st, st.session)
    await remember()
    api.resetSessions()
    await st.get('/job/1')
    await remember()
    shown.push(await rejection(st.get('/job/999')))
    api.revokeRefreshTokens()
    api.setClientSecret('acme', 'another')
    api.resetSessions()
    shown.push(await rejection(st.get('/job/1')), await rejection(st.get('/job/1')))
    shown.push(await rejection(new ServiceTrade({ token: 'canary-token', baseUrl: api.url }).get('/job/1')))
    secrets.add('canary-token')
    await st.logout()
  })
  expect(secrets.size).toBe(6)
  expect(secrets).not.toContain('')
  expect(events.length).toBeGreaterThan(5)
  const text = [...shown.flatMap(exposures), inspect(events, { depth: 12 })].join('\n')
  for (const secret of secrets) expect(text).not.toContain(secret)
})
