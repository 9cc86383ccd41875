import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

export interface Options {
  readonly isDeleting: boolean
  /** Days. */
  readonly olderThan: number
}

const defaultAge = 30

export const help = `Usage: pnpm --filter nightly-script start [options]

Finds unscheduled appointments that nobody will schedule any more: the job is over, or they are old. Says
which they are, and deletes them if told to.

  --delete             delete them; without it nothing is changed
  --older-than <days>  what counts as old, 1 to 3650 (${defaultAge})
  --help               this text

The account is that of SERVICETRADE_USERNAME and SERVICETRADE_PASSWORD, or of the OAuth2 client
SERVICETRADE_CLIENT_ID and SERVICETRADE_CLIENT_SECRET, on the server SERVICETRADE_URL if that is not
https://api.servicetrade.com. Without them it is an emulator that lives as long as the script.
`

const known = {
  delete: { type: 'boolean' },
  'older-than': { type: 'string' },
  help: { type: 'boolean' },
} as const

type Name = keyof typeof known

/**
 * What the command line asks for.
 *
 * @throws {UsageError}
 */
export function readCommandLine(args: readonly string[]): Options | 'help' {
  // Not parseArgs' own strictness: its messages say neither what an option takes nor what it got.
  // And `pnpm start -- --delete` hands the dashes on.
  const own = args[0] === '--' ? args.slice(1) : [...args]
  const { tokens } = parseArgs({ args: own, options: known, strict: false, tokens: true })
  const given = new Map<Name, string | undefined>()
  for (const token of tokens) {
    if (token.kind !== 'option') throw new UsageError('the command line', 'options only', 'an argument without --')
    const name = (Object.keys(known) as Name[]).find((one) => one === token.name)
    const all = Object.keys(known).map((one) => `--${one}`)
    if (name === undefined) throw new UsageError('the command line', `only ${all.join(', ')}`, token.rawName)
    if (known[name].type === 'boolean' && token.value !== undefined) {
      throw new UsageError(token.rawName, 'no value', quote(token.value))
    }
    given.set(name, token.value)
  }
  if (given.has('help')) return 'help'
  return {
    isDeleting: given.has('delete'),
    olderThan: given.has('older-than') ? readDays('--older-than', given.get('older-than')) : defaultAge,
  }
}

function readDays(name: string, value: string | undefined): number {
  const days = /^\d{1,4}$/.test(value ?? '') ? Number(value) : 0
  if (days >= 1 && days <= 3_650) return days
  const got = value === undefined ? 'nothing' : quote(value)
  throw new UsageError(name, 'a whole number of days from 1 to 3650', got)
}

const quote = (value: string): string => JSON.stringify(value)
