import { readFileSync } from 'node:fs'
import { errorCodes } from '@latchkey/core'
import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { startProgram } from './support/programs.ts'
import { message, secret } from './support/webhooks.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const programs = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code!)
const [first] = programs as [string]
const webhooks = programs.find((code) => code.includes('serviceTradeWebhooks('))!

test('the README begins with a program of at most 25 lines', () => {
  expect(readme.indexOf(first)).toBeLessThan(readme.indexOf('## '))
  expect(first.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
})

describe.each(['express', 'express-4'])('as printed, with %s,', (express) => {
  test('the first program serves, survives a reset, tells its health and ends when told to', async () => {
    await using api = await startEmulator()
    await using program = await startProgram(first, express, {
      SERVICETRADE_USERNAME: defaultUser.username,
      SERVICETRADE_PASSWORD: defaultUser.password,
      SERVICETRADE_URL: api.url,
    })
    const health = await program.ask('/health')
    expect([health.status, JSON.parse(health.text)]).toMatchObject([
      200,
      { status: 'up', sessions: [{ healthy: true }] },
    ])
    expect(api.counters.logins).toBe(0)
    for (const id of [1, 2]) {
      const { status, text } = await program.ask(`/jobs/${id}`)
      expect([status, JSON.parse(text)]).toMatchObject([200, { id }])
      api.resetSessions()
    }
    expect(api.counters.logins).toBe(2)
    expect(await program.end()).toMatchObject({ code: 0, output: '', errors: '' })
  })
})

test('the first program answers a refused login with a problem document, and logs its code alone', async () => {
  await using api = await startEmulator()
  await using program = await startProgram(first, 'express', {
    SERVICETRADE_USERNAME: defaultUser.username,
    SERVICETRADE_PASSWORD: 'a-wrong-password',
    SERVICETRADE_URL: api.url,
  })
  const { status, type, text } = await program.ask('/jobs/1')
  expect([status, type, JSON.parse(text)]).toMatchObject([502, 'application/problem+json', { code: 'LOGIN_REFUSED' }])
  expect((await program.ask('/health')).status).toBe(503)
  expect(await program.end()).toMatchObject({ code: 0, errors: 'LOGIN_REFUSED\n' })
})

test.each([
  ['with', [404, 502], /^(Not Found|Bad Gateway)$/],
  ['but for', [404, 405], /ServiceTradeError: .+\n? *.*at /],
] as const)('what the API refuses is answered as the README says %s the handler in it', async (how, statuses, page) => {
  const handler = programs.find((code) => code.includes('apiErrors'))!
  const use = how === 'with' ? 'app.use(apiErrors)\n' : ''
  const code = first
    .replace('app.use(sessionErrors(', `app.get('/refused', async (req) => req.st.delete('/job/1'))\n$&`)
    .replace('const server', `${use}$&`)
  await using api = await startEmulator()
  await using program = await startProgram(`${handler}\n${code}`, 'express', {
    SERVICETRADE_USERNAME: defaultUser.username,
    SERVICETRADE_PASSWORD: defaultUser.password,
    SERVICETRADE_URL: api.url,
  })
  const answers = [await program.ask('/jobs/999'), await program.ask('/refused')]
  expect(answers.map(({ status }) => status)).toEqual(statuses)
  for (const { text } of answers) expect(text).toMatch(page)
})

test('the program for webhooks takes a message once, and nothing without the secret', async () => {
  await using program = await startProgram(webhooks, 'express', { WEBHOOK_SECRET: secret })
  const body = JSON.stringify(message())
  for (const [path, status] of [
    [`/webhooks/${secret}`, 202],
    [`/webhooks/${secret}`, 200],
    ['/webhooks/x', 404],
  ] as const)
    expect((await program.ask(path, { method: 'POST', body })).status).toBe(status)
  expect(await program.end()).toMatchObject({ code: 0, output: 'updated job 1\n', errors: '' })
})

test.each(errorCodes)('the README tells what becomes of %s', (code) => {
  expect(readme).toContain(`\`${code}\``)
})
