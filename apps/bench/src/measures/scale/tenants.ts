import { fileURLToPath } from 'node:url'
import type { Server } from '../../server/server.ts'
import { withChildren } from './child.ts'
import type { Idle, Tenants } from './tenants-worker.ts'

const script = fileURLToPath(import.meta.resolve('./tenants-worker.ts'))

export interface TenantsPlan {
  readonly server: Server
  readonly client: Tenants['client']
  readonly count: number
  /** How many come and go before: what runs for the first time leaves compiled code and caches, which are no tenant's. */
  readonly warmUp: number
}

/** What so many tenants came to that are open in one process, each after one request. */
export interface TenantsFound {
  readonly client: Tenants['client']
  readonly tenants: number
  readonly logins: number
  /** Of the store, by all of them. */
  readonly operations: number
  /** Bytes of the heap that each takes, its document in the store included. */
  readonly bytesEach: number
}

export async function measureTenants({ server, client, count, warmUp }: TenantsPlan): Promise<TenantsFound> {
  const options = { script, count: 1, flags: ['--expose-gc', '--max-old-space-size=4096'] }
  return withChildren<Tenants, Idle, TenantsFound>(options, async ([child]) => {
    const { origin } = server
    await child!.ask({ origin, client, count: warmUp })
    const { logins } = await server.order({ type: 'count' })
    const { operations, heap } = await child!.ask({ origin, client, count })
    const after = await server.order({ type: 'count' })
    return { client, tenants: count, logins: after.logins - logins, operations, bytesEach: heap / count }
  })
}
