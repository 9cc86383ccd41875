import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Server } from '../../server/server.ts'
import { spreadOf } from '../../statistics.ts'
import { withChildren } from './child.ts'
import type { Requests, Served } from './session-worker.ts'

const script = fileURLToPath(import.meta.resolve('./session-worker.ts'))

export interface ProcessesPlan {
  readonly server: Server
  readonly redisUrl: string
  readonly processes: number
  /** Each process makes so many, a half of them after the reset. */
  readonly requests: number
}

/** What a session that processes share came to, with one reset on the way. */
export interface ProcessesFound {
  readonly processes: number
  readonly requests: number
  readonly logins: number
  /** Of the store, by all of them. */
  readonly operations: number
  /** Bytes that a process takes: the median. */
  readonly rss: number
}

export async function measureProcesses(plan: ProcessesPlan): Promise<ProcessesFound> {
  const { server, processes, requests, redisUrl: url } = plan
  const half: Requests = {
    origin: server.origin,
    redis: { url, prefix: `bench:${randomUUID()}:` },
    requests: requests / 2,
    concurrency: 10,
  }
  const options = { script, count: processes, flags: ['--expose-gc'] }
  return withChildren<Requests, Served, ProcessesFound>(options, async (children) => {
    const { logins } = await server.order({ type: 'count' })
    await Promise.all(children.map((child) => child.ask(half)))
    await server.order({ type: 'reset' })
    const served = await Promise.all(children.map((child) => child.ask(half)))
    const after = await server.order({ type: 'count' })
    return {
      processes,
      requests: processes * requests,
      logins: after.logins - logins,
      operations: served.reduce((sum, { operations }) => sum + operations, 0),
      rss: spreadOf(served.map(({ rss }) => rss)).median,
    }
  })
}
