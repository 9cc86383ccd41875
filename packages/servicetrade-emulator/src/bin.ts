#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfigurationError } from './configuration.ts'
import { startEmulator } from './emulator.ts'
import { type AccountOptions, defaultClient, defaultUser, type EmulatorOptions } from './options.ts'

const help = `Usage: latchkey-emulator [options]

A local ServiceTrade. Its user '${defaultUser.username}' logs in with the password '${defaultUser.password}',
and its OAuth2 client '${defaultClient.clientId}' with the secret '${defaultClient.clientSecret}'.
Other processes steer it at <url>/emulator: GET /counters, GET and PUT /faults, POST /reset and
/revoke-refresh-tokens, POST /create, /change and /remove for what webhooks are told of, POST /settle until they were.

  --port <n>                  port to listen on; 0 is any free one   (4100)
  --host <address>            address to listen on                   (127.0.0.1)
  --soft-cap <n>              sessions that a pruning leaves         (100)
  --hard-cap <n>              sessions per user before a pruning     (200)
  --session-lifetime <ms>     a session ends so long after its login (never)
  --session-idle-time <ms>    ... or after its last request          (never)
  --token-lifetime <ms>       an access token ends so long after it  (86400000)
  --login-limit <n>           logins per user in a window            (no limit)
  --login-window <ms>         the window                             (60000)
  --latency <ms>              what each request waits                (0)
  --login-latency <ms>        what each login waits                  (0)
  --accounts <file>           JSON with accounts and who can log in  (one account)
  --webhook-time-limit <ms>   a webhook's receiver may take so long  (5000)
  --webhook-retry-delay <ms>  ... and is tried again so much later   (1000)
  --help                      this text
`

const number = { type: 'string' } as const

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { ...number, default: '4100' },
      host: { type: 'string' },
      'soft-cap': number,
      'hard-cap': number,
      'session-lifetime': number,
      'session-idle-time': number,
      'token-lifetime': number,
      'login-limit': number,
      'login-window': number,
      latency: number,
      'login-latency': number,
      accounts: { type: 'string' },
      'webhook-time-limit': number,
      'webhook-retry-delay': number,
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const limit = toNumber(values['login-limit'])
  const options: EmulatorOptions = {
    port: toNumber(values.port),
    host: values.host,
    softCap: toNumber(values['soft-cap']),
    hardCap: toNumber(values['hard-cap']),
    sessionLifetime: toNumber(values['session-lifetime']),
    sessionIdleTime: toNumber(values['session-idle-time']),
    oauth2: { tokenLifetime: toNumber(values['token-lifetime']) },
    loginThrottle: limit === undefined ? undefined : { limit, window: toNumber(values['login-window']) ?? 60_000 },
    latency: toNumber(values.latency),
    loginLatency: toNumber(values['login-latency']),
    accounts: values.accounts === undefined ? undefined : readAccounts(values.accounts),
    webhooks: {
      timeLimit: toNumber(values['webhook-time-limit']),
      retryDelay: toNumber(values['webhook-retry-delay']),
    },
  }
  const api = await startEmulator(options)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void api.close())
  const lines = [
    `ServiceTrade emulator on ${api.url}`,
    ...tellLogins(options.accounts),
    `counters, faults and resets at ${api.control}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function tellLogins(accounts: readonly AccountOptions[] | undefined): string[] {
  // No secrets: every emulator has these, and listens where its caller says. The passwords in a file may be some.
  if (accounts === undefined) {
    return [
      `user ${defaultUser.username}, password ${defaultUser.password}`,
      `client ${defaultClient.clientId}, secret ${defaultClient.clientSecret}`,
    ]
  }
  const users = accounts.flatMap((account) => account.users.map(({ username }) => username))
  const clients = accounts.flatMap((account) => (account.clients ?? []).map(({ clientId }) => clientId))
  return [`users ${users.join(', ')}`, ...(clients.length === 0 ? [] : [`clients ${clients.join(', ')}`])]
}

/** What the file holds is looked at where all options are. */
function readAccounts(path: string): readonly AccountOptions[] {
  const json = readFileSync(path, 'utf8')
  try {
    return JSON.parse(json) as readonly AccountOptions[]
  } catch {
    throw new ConfigurationError('accounts', 'a file of JSON', json)
  }
}

/** What is no number becomes NaN, which no option takes: the error names the option. */
function toNumber(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  return value.trim() === '' ? NaN : Number(value)
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigurationError || (error as { code?: unknown }).code !== undefined
  process.stderr.write(`latchkey-emulator: ${expected ? (error as Error).message : String((error as Error).stack)}\n`)
  process.exitCode = 1
})
