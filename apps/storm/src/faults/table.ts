import { milliseconds } from '../text.ts'
import type { FaultCost } from './campaign.ts'
import { faultNames } from './order.ts'

const widths = [16, 7, 8, 8, 10, 9, 14, 14] as const
const heading = ['fault', 'times', 'resets', 'logins', 'replays', 'failed', 'slowest', 'longest']

/** What each kind of fault cost, all that were of this kind together. */
export function faultTable(costs: readonly FaultCost[], seed: number): string[] {
  const kinds = faultNames.filter((name) => costs.some(({ order }) => order.name === name))
  return [
    `  ${costs.length} faults (--seed ${seed}); slowest: request, longest: until all were served again`,
    cells(heading),
    ...kinds.map((name) => {
      const own = costs.filter(({ order }) => order.name === name)
      const sum = (field: 'resets' | 'logins' | 'replays' | 'failed'): string =>
        String(own.reduce((total, cost) => total + cost[field], 0))
      const most = (field: 'slowest' | 'took'): string => milliseconds(Math.max(...own.map((cost) => cost[field])))
      const counts = [sum('resets'), sum('logins'), sum('replays'), sum('failed')]
      return cells([name, String(own.length), ...counts, most('slowest'), most('took')])
    }),
  ]
}

function cells(texts: readonly string[]): string {
  const [name = '', ...rest] = texts
  return `  ${name.padEnd(widths[0])}${rest.map((text, index) => text.padStart(widths[index + 1] ?? 0)).join('')}`
}
