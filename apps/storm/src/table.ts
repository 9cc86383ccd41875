import type { Row, Snapshot } from './snapshot.ts'
import { counted, milliseconds } from './text.ts'
import type { Tally } from './tally.ts'

/** A line of the table. Painted only when it is drawn: colours have no width. */
export interface Line {
  readonly text: string
  readonly style?: 'bold' | 'dim' | 'green' | 'red' | 'yellow'
  readonly isWorker?: boolean
}

const widths = [8, 8, 8, 7, 12, 7, 9, 12] as const
const heading = ['process', 'pid', 'served', 'failed', 'resets met', 'logins', 'slowest', '  state']

/** The most telling columns come first: narrow terminals cut the rest off. */
export function tableOf(snapshot: Snapshot): Line[] {
  const { elapsed, faults, kills, liveSessions, logins, resets, rows, seconds, total } = snapshot
  const time = `${(elapsed / 1_000).toFixed(1)} of ${seconds} s`
  const rate = `${Math.round(total.served / Math.max(elapsed / 1_000, 1))} requests/s`
  const what =
    resets === undefined ? 'a real server, so no resets' : `${counted(resets, 'reset')}, ${counted(kills, 'kill')}`
  const struck = faults.planned === 0 ? '' : `, faults ${faults.struck} of ${faults.planned}`
  const open = liveSessions === undefined ? '' : `, live sessions ${liveSessions}`
  return [
    { text: `Storm: ${time}, ${what}${struck}, ${counted(logins, 'login')}${open}, ${rate}`, style: 'bold' },
    { text: '' },
    { text: cells(heading), style: 'dim' },
    ...rows.map(lineOf),
    {
      text: cells(['all', '', ...numbers({ ...total, logins })]),
      style: total.failed > 0 ? 'red' : 'bold',
    },
  ]
}

function lineOf({ number, pid, state, tally }: Row): Line {
  const text = cells([String(number), String(pid ?? ''), ...numbers(tally), `  ${state}`])
  const style = tally.failed > 0 || state === 'crashed' ? 'red' : stateStyles[state]
  return { text, isWorker: true, ...(style !== undefined && { style }) }
}

const stateStyles: { readonly [N in Row['state']]?: Line['style'] } = {
  starting: 'dim',
  'logging in': 'yellow',
  killed: 'red',
}

function numbers({ served, failed, resetsMet, logins, slowest }: Tally): string[] {
  return [...[served, failed, resetsMet, logins].map(String), milliseconds(slowest)]
}

function cells(texts: readonly string[]): string {
  return texts.map((text, index) => (text.startsWith('  ') ? text : text.padStart(widths[index] ?? 0))).join('')
}
