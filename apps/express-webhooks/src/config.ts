import { randomBytes } from 'node:crypto'
import { kinds } from '@latchkey/core'
import { secretMatcher } from '@latchkey/servicetrade'

/** What the environment says, checked. */
export interface Config {
  /** The account; without one the app brings an emulator along. */
  readonly account: { readonly baseUrl: string; readonly username: string; readonly password: string } | undefined
  readonly port: number
  /** Where ServiceTrade reaches this app; `undefined`: at the address it listens on. */
  readonly publicUrl: string | undefined
  readonly secret: string
  /** The folder of the databases; `undefined`: in memory, gone with the process. */
  readonly folder: string | undefined
}

/** Something in the environment that is missing or wrong. Names the variable, never its value. */
export class ConfigError extends Error {}

/** @throws {ConfigError} */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const read = (name: string): string | undefined => env[name] || undefined
  const account = readAccount(read)
  const publicUrl = readUrl('PUBLIC_URL', read('PUBLIC_URL'))
  const secret = read('WEBHOOK_SECRET')
  if (secret === undefined ? account !== undefined : !isSecret(secret)) {
    throw new ConfigError(
      'WEBHOOK_SECRET takes 20 to 200 letters, digits, - and _, and stays the same from start to start',
    )
  }
  if (account !== undefined && publicUrl === undefined && !isLoopback(account.baseUrl)) {
    throw new ConfigError('PUBLIC_URL takes the address at which ServiceTrade reaches this app')
  }
  const port = read('PORT') ?? '0'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new ConfigError('PORT takes a whole number to 65535')
  return {
    account,
    port: Number(port),
    publicUrl,
    // The emulator's webhooks are gone with the process, so their address may be as well.
    secret: secret ?? randomBytes(24).toString('base64url'),
    folder: read('DATA'),
  }
}

function readAccount(read: (name: string) => string | undefined): Config['account'] {
  const [username, password] = [read('SERVICETRADE_USERNAME'), read('SERVICETRADE_PASSWORD')]
  if (username === undefined && password === undefined) return undefined
  if (username === undefined) throw new ConfigError('SERVICETRADE_USERNAME is missing beside SERVICETRADE_PASSWORD')
  if (password === undefined) throw new ConfigError('SERVICETRADE_PASSWORD is missing beside SERVICETRADE_USERNAME')
  const baseUrl = readUrl('SERVICETRADE_URL', read('SERVICETRADE_URL')) ?? 'https://api.servicetrade.com'
  return { baseUrl, username, password }
}

function readUrl(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const { takes, read } = kinds.url()
  if (read(value) === undefined) throw new ConfigError(`${name} takes ${takes}`)
  return value.replace(/\/+$/, '')
}

function isSecret(text: string): boolean {
  try {
    secretMatcher(text)
    return true
  } catch {
    return false
  }
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname)
}
