import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultUser, type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AppProcess } from './support/app-process.ts'

const secret = 'a-secret-of-the-tests-only'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'express-webhooks-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function environment(api: Emulator, folder?: string): Record<string, string> {
  return {
    SERVICETRADE_URL: api.url,
    SERVICETRADE_USERNAME: defaultUser['username'],
    SERVICETRADE_PASSWORD: defaultUser['password'],
    WEBHOOK_SECRET: secret,
    ...(folder !== undefined && { DATA: folder }),
  }
}

async function receiving(api: Emulator, folder?: string): Promise<AppProcess> {
  const app = new AppProcess(environment(api, folder))
  await app.said('Webhook created')
  return app
}

async function copyOf(app: AppProcess, id: number): Promise<Record<string, unknown>> {
  return (await (await fetch(`${await app.address()}/jobs/${id}`)).json()) as Record<string, unknown>
}

test('a job that changes on the server is fetched', async () => {
  await using api = await startEmulator()
  await using app = await receiving(api)
  api.change('job', 3, { customerPo: 'PO 77' })
  await app.said('Fetched job 3')
  expect(await copyOf(app, 3)).toMatchObject({ id: 3, customerPo: 'PO 77' })
  expect((await fetch(`${await app.address()}/jobs/4`)).status).toBe(404)
  expect(api.counters).toMatchObject({ logins: 1, webhooksDelivered: 1 })
})

test('messages that come twice and out of order lead to one fetch each, and to the newest state', async () => {
  await using api = await startEmulator()
  await using app = await receiving(api)
  const before = api.counters.requests
  api.faults.duplicateWebhooks = true
  api.faults.reorderWebhooks = 10
  for (const turn of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) api.change('job', 1 + (turn % 2), { customerPo: `PO ${turn}` })
  await api.webhooksSettled()
  await app.said('Fetched job 1', 5)
  await app.said('Fetched job 2', 5)
  expect(api.counters).toMatchObject({ webhooksDelivered: 20, requests: before + 10 })
  expect(await copyOf(app, 1)).toMatchObject({ customerPo: 'PO 10' })
  expect(await copyOf(app, 2)).toMatchObject({ customerPo: 'PO 9' })
})

test('messages are answered while the work takes as long as it likes, and none is lost', async () => {
  await using api = await startEmulator({ webhooks: { timeLimit: 5_000, retryDelay: 10 } })
  await using app = await receiving(api)
  const slow = api.hold('request')
  for (let id = 1; id <= 30; id += 1) api.change('job', id, { customerPo: 'late' })
  await slow.arrived(10)
  await api.webhooksSettled()
  expect(api.counters).toMatchObject({ webhookAttempts: 30, webhooksDelivered: 30 })
  expect(app.output).not.toContain('Fetched')
  slow.release()
  await Promise.all(Array.from({ length: 30 }, (_, index) => app.said(`Fetched job ${index + 1}`)))
})

test('resets in the middle of the work cost a login each, and no message', async () => {
  await using api = await startEmulator()
  await using app = await receiving(api)
  for (let turn = 1; turn <= 4; turn += 1) {
    const hold = api.hold('request')
    for (let id = 1; id <= 10; id += 1) api.change('job', id, { customerPo: `turn ${turn}` })
    await hold.arrived(10)
    api.resetSessions()
    hold.release()
    await Promise.all(Array.from({ length: 10 }, (_, index) => app.said(`Fetched job ${index + 1}`, turn)))
  }
  expect(api.counters).toMatchObject({ resets: 4, loginAttempts: 5, logins: 5 })
})

test('an app that is killed in the middle of the work does it after the next start, in the same session', async () => {
  await using api = await startEmulator()
  const folder = temporaryFolder()
  const killed = await receiving(api, folder)
  const hold = api.hold('request')
  for (const id of [1, 2, 3]) api.change('job', id, { customerPo: 'before the end' })
  await hold.arrived(3)
  await api.webhooksSettled()
  expect(await killed.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  hold.release()
  await using next = new AppProcess(environment(api, folder))
  await Promise.all([1, 2, 3].map((id) => next.said(`Fetched job ${id}`)))
  expect(await copyOf(next, 2)).toMatchObject({ customerPo: 'before the end' })
  expect(api.counters.logins).toBe(1)
})

test('SIGTERM lets the work in hand finish, and logs nobody out', async () => {
  await using api = await startEmulator()
  const app = await receiving(api, temporaryFolder())
  const hold = api.hold('request')
  api.change('job', 5, { customerPo: 'the last' })
  await hold.arrived(1)
  const ended = app.end('SIGTERM')
  hold.release()
  expect(await ended).toEqual({ code: 0, signal: null })
  expect(app.count('Fetched job 5')).toBe(1)
  expect(api.counters).toMatchObject({ logins: 1, logouts: 0, liveSessions: 1 })
})

describe('a caller', () => {
  test('who does not know the secret gets nowhere', async () => {
    await using api = await startEmulator()
    await using app = await receiving(api)
    const before = api.counters.requests
    const body = JSON.stringify({
      messageId: 'forged',
      timestamp: '1401833057',
      data: [{ action: 'updated', timestamp: 1, userId: null, entity: { type: 'job', id: 1, uri: '/job/1' } }],
    })
    const address = await app.address()
    for (const path of ['/webhooks', '/webhooks/', `/webhooks/${secret.slice(0, -1)}x`, `/webhooks/x${secret}`]) {
      expect((await fetch(address + path, { method: 'POST', body })).status).toBe(404)
    }
    expect((await fetch(`${address}/webhooks/${secret}`)).status).toBe(404)
    expect((await fetch(`${address}/webhooks/${secret}`, { method: 'POST', body: '{"data":' })).status).toBe(400)
    expect((await fetch(`${address}/webhooks/${secret}`, { method: 'POST', body })).status).toBe(202)
    await app.said('Fetched job 1')
    expect(api.counters.requests).toBe(before + 1)
    expect(app.output).not.toContain(secret)
  })

  test('who asks for the live state gets it, and leaves no trace by going away', async () => {
    await using api = await startEmulator()
    await using app = await receiving(api)
    const url = `${await app.address()}/jobs/9/live`
    expect(await (await fetch(url)).json()).toMatchObject({ id: 9 })
    const hold = api.hold('request')
    const leaving = new AbortController()
    const left = fetch(url, { signal: leaving.signal })
    await hold.arrived(1)
    leaving.abort()
    await expect(left).rejects.toThrow()
    hold.release()
    expect(await (await fetch(url)).json()).toMatchObject({ id: 9 })
    expect(app.output).not.toMatch(/Error/)
  })

  test('is told how the session stands, and gets a problem document while there is none', async () => {
    await using api = await startEmulator()
    await using app = await receiving(api)
    const address = await app.address()
    expect(await (await fetch(`${address}/health`)).json()).toMatchObject({ status: 'up' })
    api.faults.denyLogins = true
    api.resetSessions()
    const answer = await fetch(`${address}/jobs/9/live`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'application/problem+json'])
    expect(await answer.json()).toMatchObject({ code: 'LOGIN_REFUSED' })
    expect((await fetch(`${address}/health`)).status).toBe(503)
    expect(app.output).toMatch(/^LOGIN_REFUSED: /m)
  })
})

describe('a start', () => {
  test('without any configuration brings an emulator along, and shows what happens', async () => {
    await using app = new AppProcess({})
    await app.said('Webhook created')
    await app.said('Fetched job 2')
    expect(await app.end('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  test('that the server refuses ends with exit code 1 and one login attempt', async () => {
    await using api = await startEmulator()
    const app = new AppProcess({ ...environment(api), SERVICETRADE_PASSWORD: 'canary' })
    expect(await app.ended).toEqual({ code: 1, signal: null })
    expect(api.counters).toMatchObject({ loginAttempts: 1 })
    expect(app.output).not.toContain('canary')
  })

  test('registers the webhook once', async () => {
    await using api = await startEmulator()
    const env = { ...environment(api), PUBLIC_URL: 'http://127.0.0.1:9/app/' }
    for (const outcome of ['created', 'unchanged']) {
      const app = new AppProcess(env)
      await app.said(`Webhook ${outcome}`)
      await app.end('SIGTERM')
    }
  })

  test('that lacks something ends with exit code 2, and says what', async () => {
    const app = new AppProcess({ SERVICETRADE_PASSWORD: 'canary' })
    expect(await app.ended).toEqual({ code: 2, signal: null })
    expect(app.output).toBe('SERVICETRADE_USERNAME is missing beside SERVICETRADE_PASSWORD\n')
  })
})
