import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError } from '@latchkey/core'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { type Environment, readServices, readSettings } from '../src/config.ts'
import { builtService } from './support/build.ts'
import { runService, startService } from './support/service.ts'

vi.setConfig({ testTimeout: 60_000 })
const service = builtService()
const folder = mkdtempSync(join(tmpdir(), 'nestjs-sync-configuration-'))
afterAll(() => rmSync(folder, { recursive: true }))

const secret = 'a-secret'
const pin = 98765432
let files = 0
function fileOf(content: unknown): string {
  const path = join(folder, `${(files += 1)}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const acme = { username: 'ann', password: secret }
const services = { SYNC_ACCOUNTS_FILE: fileOf({ acme }), REDIS_URL: `redis://user:${secret}@cache.example:6379` }

test('the variables are read, and what is left out has a default', () => {
  expect(readSettings({})).toEqual({ database: undefined, interval: 60_000, port: 3000 })
  expect(readSettings({ SYNC_DATABASE: 'a.db', SYNC_INTERVAL: '1000', PORT: '0' })).toEqual({
    database: 'a.db',
    interval: 1_000,
    port: 0,
  })
  expect(readServices({ SERVICETRADE_URL: '', REDIS_URL: '' })).toBeUndefined()
  expect(readServices(services)).toEqual({
    serviceTradeUrl: 'https://api.servicetrade.com',
    redisUrl: services.REDIS_URL,
    accounts: new Map([['acme', acme]]),
  })
})

const accounts = (content: unknown): Environment => ({ ...services, SYNC_ACCOUNTS_FILE: fileOf(content) })
const bad: [variable: string, what: string, environment: Environment][] = [
  ['SYNC_INTERVAL', 'no number', { SYNC_INTERVAL: secret }],
  ['SYNC_INTERVAL', 'too short', { SYNC_INTERVAL: '1' }],
  ['PORT', 'no port', { PORT: '70000' }],
  ['SERVICETRADE_URL', 'no URL', { ...services, SERVICETRADE_URL: secret }],
  ['SYNC_ACCOUNTS_FILE', 'missing', { SERVICETRADE_URL: 'https://api.example.com' }],
  ['SYNC_ACCOUNTS_FILE', 'not there', { ...services, SYNC_ACCOUNTS_FILE: join(folder, 'nothing') }],
  ['SYNC_ACCOUNTS_FILE', 'no JSON', accounts(`{"acme": "${secret}`)],
  ['SYNC_ACCOUNTS_FILE', 'no object', accounts([acme])],
  ['SYNC_ACCOUNTS_FILE', 'empty', accounts({})],
  ['SYNC_ACCOUNTS_FILE', 'a name that is no part of a URL', accounts({ [`a/${secret}`]: acme })],
  ['SYNC_ACCOUNTS_FILE: acme.password', 'missing', accounts({ acme: { username: secret } })],
  ['SYNC_ACCOUNTS_FILE: acme.username', 'no text', accounts({ acme: { ...acme, username: 7 } })],
  ['SYNC_ACCOUNTS_FILE: acme.password', 'a number', accounts({ acme: { ...acme, password: pin } })],
  ['SYNC_ACCOUNTS_FILE: acme.username', 'a number', accounts({ acme: { ...acme, username: pin } })],
  ['SYNC_ACCOUNTS_FILE: acme.pin', 'unknown', accounts({ acme: { ...acme, pin } })],
  ['SYNC_ACCOUNTS_FILE: acme', 'the password alone', accounts({ acme: pin })],
  ['SYNC_ACCOUNTS_FILE', 'a number', accounts(pin)],
  ['REDIS_URL', 'missing', { ...services, REDIS_URL: '' }],
  ['REDIS_URL', 'of something else', { ...services, REDIS_URL: `https://user:${secret}@cache.example` }],
]

test.each(bad)('%s, if it is %s, is named by an error that tells nothing of it', (variable, _what, environment) => {
  const read = (): unknown => [readSettings(environment), readServices(environment)]
  expect(read).toThrow(ConfigurationError)
  expect(read).toThrow(expect.objectContaining({ option: variable }))
  expect(read).not.toThrow(secret)
  expect(read).not.toThrow(String(pin))
})

test('a bad variable ends the service with exit code 2 and one line', async () => {
  const path = fileOf(`{"acme": "${secret}`)
  const { exitCode, stdout, stderr } = await runService(service.main, { ...services, SYNC_ACCOUNTS_FILE: path })
  expect(exitCode).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^SYNC_ACCOUNTS_FILE takes .*\n$/)
  expect(stderr).not.toContain(secret)
})

test('so does a database that cannot be opened', async () => {
  const SYNC_DATABASE = join(folder, 'no/such/folder/sync.db')
  const { exitCode, stdout, stderr } = await runService(service.main, { ...services, SYNC_DATABASE })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(/^SYNC_DATABASE takes .*\n$/)
})

test.each([
  ['accounts', services],
  ['those of its own', {}],
])('a port that is in use ends it with exit code 1 and one line, with %s', async (_what, environment) => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const temporary = mkdtempSync(join(folder, 'temporary-'))
  const SYNC_DATABASE = ':memory:'
  const variables = { ...environment, SYNC_DATABASE, TMPDIR: temporary, PORT: String(port) }
  const { exitCode, stdout, stderr } = await runService(service.main, variables)
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
  expect(stderr).toBe(`listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`)
  // The Redis of its own had its place there.
  expect(readdirSync(temporary)).toEqual([])
})

test('without variables it has a ServiceTrade and a Redis of its own, and leaves nothing behind', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'nestjs-sync-demo-'))
  onTestFinished(() => rmSync(temporary, { recursive: true }))
  const { get, post, kill, ended } = await startService(service.main, { TMPDIR: temporary })
  await Promise.all([post('/accounts/acme/sync'), post('/accounts/bolt/sync')])
  const rows = { jobs: 40, appointments: 40 }
  expect((await get('/accounts')).body).toMatchObject([
    { account: 'acme', rows },
    { account: 'bolt', rows },
  ])
  kill('SIGTERM')
  expect(await ended).toMatchObject({ exitCode: 0 })
  expect(readdirSync(temporary)).toEqual([])
})
