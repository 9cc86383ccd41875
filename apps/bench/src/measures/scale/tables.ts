import { bytes, digits, whole } from '../../report/numbers.ts'
import type { Table } from '../../report/table.ts'
import type { ScaleFound } from './measure.ts'

export function tablesOf({ processes, requests, tenants }: ScaleFound): readonly Table[] {
  return [
    {
      title: 'More processes, one session',
      note: 'They share the session over Redis, and it is reset once, when half of the requests were served.',
      columns: ['processes', 'requests', 'logins', 'store operations', 'each', 'memory of a process'],
      rows: processes.map((found) => [
        whole(found.processes),
        whole(found.requests),
        whole(found.logins),
        whole(found.operations),
        digits(found.operations / found.processes, 1),
        bytes(found.rss),
      ]),
    },
    {
      title: 'More requests, one session',
      note: 'In one process. The heap is what is in use afterwards.',
      columns: ['requests', 'logins', 'store operations', 'heap'],
      rows: requests.map((found) => [
        whole(found.requests),
        whole(found.logins),
        whole(found.operations),
        bytes(found.heap),
      ]),
    },
    {
      title: 'More tenants, a session each',
      note:
        'In one process, by `Sessions`, over one memory store. Each tenant is open and idle after one request, and its ' +
        'heap includes its document in the store. For less than a thousand tenants it is mostly what the process does beside.',
      columns: ['tenants', 'a client each', 'logins', 'store operations each', 'heap each'],
      rows: tenants.map((found) => [
        whole(found.tenants),
        found.client,
        whole(found.logins),
        digits(found.operations / found.tenants, 1),
        bytes(found.bytesEach),
      ]),
    },
  ]
}
