import { parseArgs } from 'node:util'
import { ConfigurationError } from '@latchkey/core'
import { SessionAuthenticator } from '@latchkey/servicetrade'
import { FileTokenStore } from '@latchkey/store-file'
import { RedisTokenStore } from '@latchkey/store-redis'
import { defaultResets, defaults } from './defaults.ts'
import { readFaultPlan } from './faults/arguments.ts'
import { help } from './help.ts'
import type { StormOptions, StorePlan } from './options.ts'
import { UsageError } from './usage-error.ts'

const known = {
  processes: { type: 'string' },
  loops: { type: 'string' },
  pause: { type: 'string' },
  seconds: { type: 'string' },
  resets: { type: 'string' },
  kills: { type: 'string' },
  store: { type: 'string' },
  fault: { type: 'string' },
  faults: { type: 'string' },
  seed: { type: 'string' },
  settle: { type: 'string' },
  'base-url': { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  plain: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Name = keyof typeof known
type Given = { readonly [N in Name]?: string | true }

export type Command = { readonly options: StormOptions } | { readonly text: string; readonly exitCode: 0 | 2 }

/** What the command line asks for. Bad options: a line of text and exit code 2. */
export function parseCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  try {
    const given = readArguments(args)
    return given.help === undefined ? { options: readOptions(given, env) } : { text: help, exitCode: 0 }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { text: `storm: ${error.message}\n`, exitCode: 2 }
  }
}

/** Not parseArgs' own strictness: its errors quote values, and one may be a password. */
function readArguments(args: readonly string[]): Given {
  // `pnpm demo -- --plain` hands the dashes on, after which nothing would be an option.
  const own = args[0] === '--' ? args.slice(1) : [...args]
  const { tokens } = parseArgs({ args: own, options: known, strict: false, tokens: true })
  const given: { [N in Name]?: string | true } = {}
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw new UsageError('takes options only, but got an argument without --')
    if (!Object.hasOwn(known, token.name)) {
      throw new UsageError(`--${token.name} is unknown; known are ${Object.keys(known).map(dashed).join(', ')}`)
    }
    const name = token.name as Name
    if (known[name].type === 'boolean' && token.value !== undefined) {
      throw new UsageError(`--${name} takes no value, but got one`)
    }
    const isAnother = name === 'fault' && given.fault !== undefined && token.value !== undefined
    given[name] = isAnother ? `${given.fault},${token.value}` : (token.value ?? true)
  }
  return given
}

function readOptions(given: Given, env: NodeJS.ProcessEnv): StormOptions {
  const baseUrl = text(given, 'base-url', 'a URL')
  const store = readStore(given)
  const output = given.json === true ? 'json' : given.plain === true ? 'plain' : 'live'
  const fleet = baseUrl === undefined ? defaults : defaults.real
  const hasFaults = given.fault !== undefined || given.faults !== undefined
  const common = {
    processes: whole(given, 'processes', 1, 64) ?? fleet.processes,
    loops: whole(given, 'loops', 1, 1_000) ?? fleet.loops,
    pause: whole(given, 'pause', 0, 60_000) ?? fleet.pause,
    seconds: whole(given, 'seconds', 1, 86_400) ?? (hasFaults ? 1 : defaults.seconds),
    store,
    output,
  } as const
  if (baseUrl !== undefined) {
    const server = readServer(given, env, baseUrl)
    return { ...common, resets: 0, kills: 0, faults: readFaultPlan({}, store), server }
  }

  for (const name of ['username', 'password'] as const) {
    if (given[name] !== undefined) throw new UsageError(`--${name} takes no value without --base-url, but got one`)
  }
  const faults = readFaultPlan(
    {
      list: text(given, 'fault', 'a fault'),
      random: whole(given, 'faults', 0, 10_000),
      seed: whole(given, 'seed', 0, 2 ** 31),
      settling: whole(given, 'settle', 0, 3_600),
    },
    store,
  )
  const resets = whole(given, 'resets', 0, 10_000) ?? (hasFaults ? 0 : defaultResets(common.seconds))
  // Without a shared store everybody logs in after a reset: there is no one process to kill.
  const mostKills = store.kind === 'memory' ? 0 : resets
  const why = store.kind === 'memory' ? 'with --store memory' : 'one per reset at most'
  const kills = whole(given, 'kills', 0, mostKills, why) ?? Math.min(defaults.kills, mostKills)
  return { ...common, resets, kills, faults }
}

function readStore(given: Given): StorePlan {
  const takes = "'file', 'memory', 'redis', 'redis-cluster', 'redis-sentinel', a redis:// URL or a path"
  const where = text(given, 'store', takes) ?? 'file'
  switch (where) {
    case 'file':
    case 'memory':
      return { kind: where }
    case 'redis':
      return { kind: 'redis', topology: 'server' }
    case 'redis-cluster':
      return { kind: 'redis', topology: 'cluster' }
    case 'redis-sentinel':
      return { kind: 'redis', topology: 'sentinel' }
  }
  if (/^rediss?:/i.test(where)) {
    naming({ url: 'store' }, () => new RedisTokenStore({ url: where }))
    return { kind: 'redis', topology: 'given', url: where }
  }
  naming({ path: 'store' }, () => new FileTokenStore({ path: where }))
  return { kind: 'file', path: where }
}

function readServer(given: Given, env: NodeJS.ProcessEnv, baseUrl: string): NonNullable<StormOptions['server']> {
  for (const name of ['resets', 'kills', 'fault', 'faults'] as const) {
    if (given[name] !== undefined) throw new UsageError(`--${name} takes no value with --base-url, but got one`)
  }
  const username = text(given, 'username', 'a user who may log in')
  if (username === undefined) throw new UsageError('--username takes a user who may log in, but got nothing')
  const password = text(given, 'password', 'a password') ?? env['LATCHKEY_PASSWORD']
  if (password === undefined || password === '') {
    throw new UsageError('--password takes a password, or LATCHKEY_PASSWORD does, but both got nothing')
  }
  naming({ baseUrl: 'base-url' }, () => new SessionAuthenticator({ username, password, baseUrl }))
  return { baseUrl, username, password }
}

function text(given: Given, name: Name, takes: string): string | undefined {
  const value = given[name]
  if (value === true || value === '') throw new UsageError(`--${name} takes ${takes}, but got nothing`)
  return value
}

function whole(given: Given, name: Name, min: number, max: number, why?: string): number | undefined {
  const takes = `a whole number from ${min} to ${max}${why === undefined ? '' : ` (${why})`}`
  const value = text(given, name, takes)
  if (value === undefined) return undefined
  const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw new UsageError(`--${name} takes ${takes}, but got ${JSON.stringify(value)}`)
}

/** Runs a constructor for its checks, and says which of our options a complaint is about. */
function naming(names: Readonly<Record<string, Name>>, construct: () => unknown): void {
  try {
    construct()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    throw new UsageError(`--${names[error.option] ?? error.option} takes ${error.takes}, but got ${error.got}`)
  }
}

const dashed = (name: string): string => `--${name}`
