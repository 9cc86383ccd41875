import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { defaultClient, defaultUser } from '@latchkey/servicetrade-emulator'
import { afterEach, expect, test } from 'vitest'
import { send } from './support.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const children: ChildProcess[] = []
const folders: string[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function run(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

/** Runs to its end. */
async function finish(...args: string[]) {
  const child = run(...args)
  const [stdout, stderr, [code]] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'exit')])
  return { code, stdout, stderr }
}

/** Runs until it says where it listens. */
async function listen(...args: string[]) {
  const child = run('--port', '0', ...args)
  const [text] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const url = /http:\/\/[\d.]+:\d+/.exec(text)![0]
  const login = () => send(`${url}/api/auth`, { method: 'POST', json: defaultUser })
  return { child, text, url, login }
}

test.each(['SIGINT', 'SIGTERM'] as const)('it serves until %s and ends well', async (signal) => {
  const { child, text, url, login } = await listen()
  expect(text).toBe(
    [
      `ServiceTrade emulator on ${url}`,
      `user ${defaultUser.username}, password ${defaultUser.password}`,
      `client ${defaultClient.clientId}, secret ${defaultClient.clientSecret}`,
      `counters, faults and resets at ${url}/emulator\n`,
    ].join('\n'),
  )
  const { json } = await login()
  const token = json.data.authToken as string
  expect((await send(`${url}/api/job/1`, { token })).status).toBe(200)
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('it takes the caps and the throttle', async () => {
  const { url, login } = await listen('--soft-cap', '1', '--hard-cap', '2', '--login-limit', '3')
  const statuses: number[] = []
  for (let attempt = 0; attempt < 4; attempt++) statuses.push((await login()).status)
  expect(statuses).toEqual([200, 200, 200, 429])
  expect((await send(`${url}/emulator/counters`)).json).toMatchObject({ pruned: 2, liveSessions: 1, throttled: 1 })
})

test('it takes lifetimes and latencies', async () => {
  const lifetimes = ['--session-lifetime', '1', '--session-idle-time', '1', '--token-lifetime', '7000']
  const args = [...lifetimes, '--latency', '2', '--login-latency', '3']
  const { url, login } = await listen(...args)
  expect((await send(`${url}/emulator/faults`)).json).toMatchObject({ latency: 2, loginLatency: 3 })
  const { json } = await login()
  expect((await send(`${url}/api/job/1`, { token: json.data.authToken })).status).toBe(401)
  const { clientId, clientSecret } = defaultClient
  const credentials = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const issued = await send(`${url}/api/oauth2/token`, { method: 'POST', json: credentials })
  expect(issued.json.expires_in).toBe(7)
})

test('it takes accounts from a file, without telling their passwords and secrets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-emulator-'))
  folders.push(folder)
  const file = join(folder, 'accounts.json')
  const accounts = [
    {
      name: 'Bolt',
      users: [{ username: 'bolt', password: 'bolt-password' }],
      clients: [{ clientId: 'bolt-client', clientSecret: 'bolt-secret' }],
    },
  ]
  writeFileSync(file, JSON.stringify(accounts))
  const { text, url } = await listen('--accounts', file, '--webhook-time-limit', '9', '--webhook-retry-delay', '0')
  expect(text).toContain('\nusers bolt\nclients bolt-client\n')
  expect(text).not.toMatch(/bolt-password|bolt-secret/)
  const { json } = await send(`${url}/api/auth`, { method: 'POST', json: accounts[0]!.users[0] })
  expect(json.data.user.account).toEqual({ id: 1, name: 'Bolt' })
})

test('it can be steered from another process', async () => {
  const { url, login } = await listen()
  const { json } = await login()
  const token = json.data.authToken as string
  expect((await send(`${url}/emulator/reset`, { method: 'POST' })).json).toEqual({ ended: 1 })
  expect((await send(`${url}/api/job/1`, { token })).status).toBe(401)
})

test('it tells its options, and how to log in', async () => {
  const { code, stdout } = await finish('--help')
  expect(code).toBe(0)
  for (const said of [
    '--port',
    '--host',
    '--soft-cap',
    '--login-limit',
    '--latency',
    '--token-lifetime',
    defaultUser.password,
    defaultClient.clientSecret,
    '/emulator',
  ])
    expect(stdout).toContain(said)
})

test.each([
  [['--port', 'x'], 'port takes a whole number from 0 to 65535, but got NaN'],
  [['--port', ''], 'port takes a whole number from 0 to 65535, but got NaN'],
  [['--accounts', bin], 'accounts takes a file of JSON, but got a string of'],
  [['--accounts', 'no-such-file'], 'ENOENT'],
  [['--webhook-time-limit', '0'], 'webhooks.timeLimit takes a time in ms from 1'],
  [['--soft-cap', '300'], 'hardCap takes a whole number from softCap, 300, but got 200'],
  [['--prot', '1'], "Unknown option '--prot'"],
  [['4100'], "Unexpected argument '4100'"],
])('it refuses %j in one line', async (args, message) => {
  const { code, stdout, stderr } = await finish(...args)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(message)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('it says that a port is taken', async () => {
  const { url } = await listen()
  const { code, stderr } = await finish('--port', new URL(url).port)
  expect(code).toBe(1)
  expect(stderr).toContain('EADDRINUSE')
})
