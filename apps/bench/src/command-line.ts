import { parseArgs } from 'node:util'
import { measureNames, slowNames } from './measures/names.ts'
import { UsageError } from './usage-error.ts'

export interface BenchOptions {
  readonly size: 'quick' | 'full'
  /** Names of measures. */
  readonly only: readonly string[]
  /** The folder that the report goes to. Default: `report` beside this app's sources. */
  readonly out?: string | undefined
  /** Whether the report replaces the published one. */
  readonly publish: boolean
}

export type Command = { readonly options: BenchOptions } | { readonly text: string; readonly exitCode: 0 | 2 }

const known = {
  quick: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  out: { type: 'string' },
  publish: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Name = keyof typeof known

const help = `Usage: pnpm bench [options]

Measures Latchkey, beside what it is built on and what else keeps a session open, against a server of its own.
Ends with what was measured and whether the project's aims are kept; a missed aim is no failure.

  --quick            within a minute: what most aims are about, with less precision; else some ten minutes
  --only <names>     some of the measures, as in --only throughput,install
  --out <folder>     where report.json, report.md and report.svg go    (apps/bench/report)
  --publish          also replaces docs/benchmarks.json, docs/benchmarks.svg and the figures in docs/benchmarks.md
  --help             this text

Measures: ${measureNames.join(', ')}
`

/** What the command line asks for. Bad options: a line of text and exit code 2. */
export function parseCommandLine(args: readonly string[]): Command {
  try {
    const given = readArguments(args)
    if (given.has('help')) return { text: help, exitCode: 0 }
    for (const other of ['only', 'quick'] as const) {
      if (!given.has('publish') || !given.has(other)) continue
      throw new UsageError(`--publish takes no --${other} beside it: the page would lose the other measures`)
    }
    const size = given.has('quick') ? 'quick' : 'full'
    const options = {
      size,
      only: readNames(given.get('only'), size),
      out: readOut(given.get('out')),
      publish: given.has('publish'),
    } as const
    return { options }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { text: `bench: ${error.message}\n`, exitCode: 2 }
  }
}

/** Not parseArgs' own strictness, whose errors are several sentences. */
function readArguments(args: readonly string[]): Map<Name, string[]> {
  // `pnpm bench -- --quick` hands the dashes on, after which nothing would be an option.
  const own = args[0] === '--' ? args.slice(1) : [...args]
  const { tokens } = parseArgs({ args: own, options: known, strict: false, tokens: true })
  const given = new Map<Name, string[]>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') throw new UsageError(`takes options only, but got ${JSON.stringify(token.value)}`)
    if (!Object.hasOwn(known, token.name)) {
      const all = Object.keys(known).map((name) => `--${name}`)
      throw new UsageError(`--${token.name} is unknown; known are ${all.join(', ')}`)
    }
    const name = token.name as Name
    if (known[name].type === 'boolean' && token.value !== undefined) {
      throw new UsageError(`--${name} takes no value, but got ${JSON.stringify(token.value)}`)
    }
    given.set(name, [...(given.get(name) ?? []), token.value ?? ''])
  }
  return given
}

function readNames(lists: readonly string[] | undefined, size: BenchOptions['size']): readonly string[] {
  const names: readonly string[] = measureNames
  if (lists === undefined) return size === 'full' ? names : names.filter((name) => !slowNames.includes(name))
  const wanted = lists.flatMap((list) => list.split(','))
  for (const name of wanted) {
    if (names.includes(name)) continue
    const got = name === '' ? 'nothing' : JSON.stringify(name)
    throw new UsageError(`--only takes names of measures (${names.join(', ')}), but got ${got}`)
  }
  return names.filter((name) => wanted.includes(name))
}

function readOut(folders: readonly string[] | undefined): string | undefined {
  const folder = folders?.at(-1)
  if (folder === '') throw new UsageError('--out takes a folder, but got nothing')
  return folder
}
