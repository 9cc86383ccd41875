import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { kinds, type OptionKind, readOption, takeOption } from '@latchkey/core'

export interface Controller {
  /** Scheme, host and port. */
  readonly origin: string
  readonly username: string
  readonly password: string
}

export interface Options {
  readonly isLoggingOut: boolean
  /** The file that the session is kept in. */
  readonly store: string
}

export const help = `Usage: pnpm --filter any-api start [options]

Prints the sensors of a Redfish controller. The session is kept in a file for the next run.

  --log-out       end the session instead, on the controller and in the file
  --store <file>  the file                  (.any-api/sessions.db in the home folder)
  --help          this text

The controller is that of REDFISH_URL, REDFISH_USERNAME and REDFISH_PASSWORD. Without them it is one that lives
as long as the program, which then shows what several runs make of it, and takes no options.
`

/** @throws parseArgs' own errors */
export function readCommandLine(args: readonly string[]): Options | 'help' | 'none' {
  const options = { 'log-out': { type: 'boolean' }, store: { type: 'string' }, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: args[0] === '--' ? args.slice(1) : [...args], options })
  if (values.help === true) return 'help'
  if (Object.keys(values).length === 0) return 'none'
  const store = readOption('--store', values.store, kinds.text('a file'))
  return { isLoggingOut: values['log-out'] === true, store: store ?? defaultOptions.store }
}

export const defaultOptions: Options = { isLoggingOut: false, store: join(homedir(), '.any-api', 'sessions.db') }

/** The server alone: what Redfish has is below a path that is always the same. */
const server: OptionKind<URL> = {
  takes: 'an http or https URL of the controller alone, as in https://10.0.0.7',
  read: (value) => {
    const url = kinds.url().read(value)
    return url?.pathname === '/' ? url : undefined
  },
}

/**
 * The controller that the environment names; `undefined` if it names none at all.
 *
 * @throws {ConfigurationError} if it names only part of one
 */
export function readController(env: NodeJS.ProcessEnv): Controller | undefined {
  const names = ['REDFISH_URL', 'REDFISH_USERNAME', 'REDFISH_PASSWORD'] as const
  // What is set to nothing is not set: that is how a service's file says that a variable is left to it.
  const given = (name: (typeof names)[number]): string | undefined => env[name] || undefined
  if (names.every((name) => given(name) === undefined)) return undefined
  const read = <T>(name: (typeof names)[number], kind: OptionKind<T>): T => takeOption(name, given(name), kind)
  return {
    origin: read('REDFISH_URL', server).origin,
    username: read('REDFISH_USERNAME', kinds.text('a user who may log in')),
    password: read('REDFISH_PASSWORD', kinds.text('the password of REDFISH_USERNAME')),
  }
}
