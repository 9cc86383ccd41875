import { whole } from '../../report/numbers.ts'
import type { Aim } from '../measure.ts'
import type { ScaleFound } from './measure.ts'
import { operationsBesideLooks } from './requests.ts'

/** Of fewer tenants the heap is in good part what the process does beside. */
const many = 100_000

export function aimsOf({ processes, requests, tenants }: ScaleFound): readonly Aim[] {
  const [least, most] = [requests[0]!, requests.at(-1)!]
  const over = `${whole(most.requests)} requests over ${whole(least.requests)}`
  const largest = tenants.findLast(({ client }) => client === 'Session')!
  return [
    {
      what: `logins of up to ${processes.at(-1)!.processes} processes with one reset`,
      value: Math.max(...processes.map(({ logins }) => logins)),
      bound: { atMost: 2 },
    },
    { what: `${over}: logins`, value: most.logins / least.logins, bound: { atMost: 1 } },
    {
      what: `${over}: store operations`,
      value: operationsBesideLooks(most) / operationsBesideLooks(least),
      bound: { atMost: 1 },
    },
    {
      what: 'logins of a tenant',
      value: Math.max(...tenants.map((found) => found.logins / found.tenants)),
      bound: { atMost: 1 },
    },
    ...(largest.tenants < many
      ? []
      : [
          {
            what: `heap of an idle tenant, of ${whole(largest.tenants)}`,
            value: Math.round(largest.bytesEach),
            bound: { atMost: 2_048 },
            unit: 'B',
          },
        ]),
  ]
}
