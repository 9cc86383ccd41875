import { readFileSync } from 'node:fs'
import { ConfigurationError, kinds, takeOption } from '@latchkey/core'
import type { ServiceTradeCredentials } from '@latchkey/servicetrade'

/** How to log in to each account, by the name that it has in this service. */
export type Accounts = ReadonlyMap<string, ServiceTradeCredentials>

// A file that is not as it should be may have a password anywhere in it.
const isSecret = true

/**
 * Reads `{ "acme": { "username": "…", "password": "…" }, … }`.
 *
 * @param variable where the path came from, for the errors
 * @throws {ConfigurationError} which tells nothing of what is in the file
 */
export function readAccountsFile(variable: string, path: string): Accounts {
  const content = parse(variable, readText(variable, path))
  const accounts = typeof content === 'object' && content !== null ? Object.entries(content) : []
  if (accounts.length === 0 || Array.isArray(content)) {
    const takes = 'the path of a JSON file like { "acme": { "username": "…", "password": "…" } }'
    throw new ConfigurationError(variable, takes, content, { isSecret })
  }
  return new Map(
    accounts.map(([name, value]) => [checkName(variable, name), readCredentials(`${variable}: ${name}`, value)]),
  )
}

function readText(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigurationError(variable, `the path of a file that can be read (${code})`, path)
  }
}

function parse(variable: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Its message quotes the file, and there are passwords in that.
    throw new ConfigurationError(variable, 'the path of a file that holds JSON', text)
  }
}

/** They stand in URLs and logs. */
function checkName(variable: string, name: string): string {
  if (/^[\w-]{1,50}$/.test(name)) return name
  throw new ConfigurationError(variable, 'accounts with names of up to 50 letters, digits, - and _', name)
}

function readCredentials(owner: string, value: unknown): ServiceTradeCredentials {
  if (typeof value !== 'object' || value === null) {
    throw new ConfigurationError(owner, 'an object with username and password', value, { isSecret })
  }
  const { username, password, ...rest } = value as Record<string, unknown>
  const [unknown] = Object.entries(rest)
  if (unknown !== undefined) {
    const takes = 'no value, since it is unknown (known are username, password)'
    throw new ConfigurationError(`${owner}.${unknown[0]}`, takes, unknown[1], { isSecret })
  }
  return {
    username: takeOption(`${owner}.username`, username, kinds.secret()),
    password: takeOption(`${owner}.password`, password, kinds.secret()),
  }
}
