import { fileURLToPath } from 'node:url'
import type { Server } from '../../server/server.ts'
import { withChildren } from './child.ts'
import type { Requests, Served } from './session-worker.ts'

const script = fileURLToPath(import.meta.resolve('./session-worker.ts'))

/** What so many requests of one process on one session came to. */
export interface RequestsFound {
  readonly requests: number
  /** ms */
  readonly time: number
  readonly logins: number
  /** Of the store. */
  readonly operations: number
  /** Bytes of the heap that are in use afterwards. */
  readonly heap: number
}

export async function measureRequests(server: Server, requests: number): Promise<RequestsFound> {
  const options = { script, count: 1, flags: ['--expose-gc'] }
  return withChildren<Requests, Served, RequestsFound>(options, async ([child]) => {
    const { logins } = await server.order({ type: 'count' })
    const start = performance.now()
    const { operations, heap } = await child!.ask({ origin: server.origin, requests, concurrency: 50 })
    const time = performance.now() - start
    const after = await server.order({ type: 'count' })
    return { requests, time, logins: after.logins - logins, operations, heap }
  })
}

/** Without the look that a session in use takes once a minute, as its process may have missed a hint. */
export function operationsBesideLooks({ operations, time }: RequestsFound): number {
  return operations - Math.floor(time / 60_000)
}
