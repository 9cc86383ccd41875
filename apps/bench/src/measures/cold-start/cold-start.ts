import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Server } from '../../server/server.ts'
import { withChildren } from '../scale/child.ts'
import type { Call } from './call.ts'

const script = fileURLToPath(import.meta.resolve('./caller.ts'))

export interface ColdStartPlan {
  readonly server: Server
  readonly processes: number
  /** Of a Redis that keys can be left behind in. */
  readonly redisUrl: string
}

/** What it came to that all began at once. */
export interface Started {
  /** From the first start of a process to the last answer, ms. */
  readonly time: number
  readonly logins: number
}

/** Processes that start at once, of which each makes one call. Nobody has a session yet. */
export async function startCold(kind: Call['kind'], plan: ColdStartPlan): Promise<Started> {
  const { server, processes, redisUrl } = plan
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const store = kind === 'redis' ? redisUrl : join(folder, 'sessions.db')
  const call = { kind, origin: server.origin, store, prefix: `bench:${randomUUID()}:` }
  try {
    const { logins } = await server.order({ type: 'count' })
    const start = performance.now()
    const time = await withChildren<Call, true, number>({ script, count: processes }, async (children) => {
      await Promise.all(children.map((child) => child.ask(call)))
      return performance.now() - start
    })
    const after = await server.order({ type: 'count' })
    return { time, logins: after.logins - logins }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
