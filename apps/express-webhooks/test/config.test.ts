import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'

const secret = 'a-secret-of-the-tests-only'
const account = { SERVICETRADE_USERNAME: 'integration', SERVICETRADE_PASSWORD: 'canary' }

test.each<[string, Record<string, string>, string]>([
  ['no password', { SERVICETRADE_USERNAME: 'canary' }, 'SERVICETRADE_PASSWORD'],
  ['no username', { SERVICETRADE_PASSWORD: 'canary' }, 'SERVICETRADE_USERNAME'],
  ['an address of the API that is none', { ...account, SERVICETRADE_URL: 'canary' }, 'SERVICETRADE_URL'],
  ['no secret for a real account', account, 'WEBHOOK_SECRET'],
  ['a real account that cannot reach the app', { ...account, WEBHOOK_SECRET: secret }, 'PUBLIC_URL'],
  ['a port that is none', { PORT: 'canary' }, 'PORT'],
  ['a port of blanks', { PORT: ' ' }, 'PORT'],
  ['a port past the last', { PORT: '65536' }, 'PORT'],
  ['an address of the app that is none', { PUBLIC_URL: 'canary' }, 'PUBLIC_URL'],
  ['an address of the app that is no web address', { PUBLIC_URL: 'ftp://canary.example.com' }, 'PUBLIC_URL'],
  ['an address of the app with a query', { PUBLIC_URL: 'https://hooks.example.com/?canary' }, 'PUBLIC_URL'],
  [
    'an address of the API with a user',
    { ...account, SERVICETRADE_URL: 'https://canary@example.com' },
    'SERVICETRADE_URL',
  ],
  ['a secret that can be guessed', { WEBHOOK_SECRET: 'canary' }, 'WEBHOOK_SECRET'],
  ['a secret that is not fit for a URL', { WEBHOOK_SECRET: 'canary/canary/canary/canary' }, 'WEBHOOK_SECRET'],
])('%s is complained about by name, and no value is told', (_what, env, named) => {
  const read = () => readConfig(env)
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(named)
  expect(read).not.toThrow('canary')
})

test('nothing at all means an emulator, any port, memory, and a secret of its own for each start', () => {
  const [one, other] = [readConfig({}), readConfig({})]
  expect(one).toMatchObject({ account: undefined, port: 0, publicUrl: undefined, folder: undefined })
  expect(one.secret).toMatch(/^[\w-]{32}$/)
  expect(other.secret).not.toBe(one.secret)
})

test('a complete configuration is taken as it is', () => {
  const env = { ...account, WEBHOOK_SECRET: secret, PUBLIC_URL: 'https://hooks.example.com/', PORT: '80', DATA: 'data' }
  expect(readConfig(env)).toEqual({
    account: { baseUrl: 'https://api.servicetrade.com', username: 'integration', password: 'canary' },
    port: 80,
    publicUrl: 'https://hooks.example.com',
    secret,
    folder: 'data',
  })
})
