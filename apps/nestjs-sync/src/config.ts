import { ConfigurationError, kinds, longestTimer, type OptionKind, readOption, requireOption } from '@latchkey/core'
import { type Accounts, readAccountsFile } from './accounts-file.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where ServiceTrade and Redis are, and as whom to log in. */
export interface Services {
  readonly accounts: Accounts
  readonly serviceTradeUrl: string
  readonly redisUrl: string
}

/** How this service runs. Times are in ms. */
export interface Settings {
  readonly database: string | undefined
  readonly interval: number
  readonly port: number
}

/** What the service was started with. A class, so that it can be injected by its type. */
export abstract class Config implements Services, Settings {
  abstract readonly accounts: Accounts
  abstract readonly serviceTradeUrl: string
  abstract readonly redisUrl: string
  abstract readonly database: string
  abstract readonly interval: number
  abstract readonly port: number
}

const redisUrlKind: OptionKind<string> = {
  takes: 'the URL of a Redis, as in redis://cache.example:6379 or rediss://…',
  read: (value) => (/^rediss?:\/\/./.test(String(value)) && URL.canParse(String(value)) ? String(value) : undefined),
}
const fileKind = kinds.text('the path of a JSON file with the accounts')

/** @throws {ConfigurationError} naming the variable */
export function readSettings(environment: Environment): Settings {
  return {
    database: given(environment, 'SYNC_DATABASE'),
    interval: readNumber(environment, 'SYNC_INTERVAL', kinds.duration({ min: 100, max: longestTimer })) ?? 60_000,
    port: readNumber(environment, 'PORT', kinds.wholeNumber({ max: 65_535 })) ?? 3000,
  }
}

/**
 * @returns `undefined` if no variable says a thing of it
 * @throws {ConfigurationError} naming the variable
 */
export function readServices(environment: Environment): Services | undefined {
  const url = given(environment, 'SERVICETRADE_URL')
  const file = given(environment, 'SYNC_ACCOUNTS_FILE')
  const redis = given(environment, 'REDIS_URL')
  if (url === undefined && file === undefined && redis === undefined) return undefined
  return {
    serviceTradeUrl: readOption('SERVICETRADE_URL', url, kinds.url())?.href ?? 'https://api.servicetrade.com',
    accounts: readAccountsFile('SYNC_ACCOUNTS_FILE', requireOption('SYNC_ACCOUNTS_FILE', file, fileKind)),
    redisUrl: requireOption('REDIS_URL', readOption('REDIS_URL', redis, redisUrlKind), redisUrlKind),
  }
}

function readNumber(environment: Environment, name: string, kind: OptionKind<number>): number | undefined {
  const text = given(environment, name)
  if (text === undefined) return undefined
  const read = kind.read(Number(text))
  if (read === undefined)
    throw new ConfigurationError(name, kind.takes, Number.isNaN(Number(text)) ? text : Number(text))
  return read
}

/** A variable that is set to nothing counts as left out. */
function given(environment: Environment, name: string): string | undefined {
  return environment[name] === '' ? undefined : environment[name]
}
