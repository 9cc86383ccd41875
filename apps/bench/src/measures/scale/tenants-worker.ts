import { Session, Sessions } from '@latchkey/core'
import { ServiceTrade, SessionAuthenticator } from '@latchkey/servicetrade'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { answerQuestions } from './child.ts'
import { counting } from './counting-store.ts'
import { inParallel } from './in-parallel.ts'
import { usedHeap } from './memory.ts'

/** Tenants to be opened, each for one request. */
export interface Tenants {
  readonly origin: string
  readonly client: 'Session' | 'ServiceTrade'
  readonly count: number
}

/** How they stand once all of them are idle. */
export interface Idle {
  /** Of the store. */
  readonly operations: number
  /** Bytes of the heap that came with them, their documents in the store included. */
  readonly heap: number
}

answerQuestions(async ({ origin, client, count }: Tenants): Promise<Idle> => {
  const before = await usedHeap()
  const counted = counting(new MemoryTokenStore())
  const use = client === 'Session' ? useSession : useServiceTrade
  const { sessions, request } = use(origin, { store: counted.store, limit: count })
  await inParallel(count, 50, (index) => request(`tenant-${index}@example.com`))
  const heap = (await usedHeap()) - before
  if (sessions.size !== count) throw new Error(`${sessions.size} tenants are open, and not ${count}`)
  const { operations } = counted
  await sessions.close()
  return { operations, heap }
})

interface Place {
  readonly store: ReturnType<typeof counting>['store']
  readonly limit: number
}

function useSession(baseUrl: string, place: Place) {
  const open = (username: string, { store }: Pick<Place, 'store'>): Session =>
    new Session({ authenticator: new SessionAuthenticator({ username, password: 'bench', baseUrl }), store })
  const sessions = new Sessions({ ...place, open })
  const url = `${baseUrl}/api/job/1`
  return {
    sessions,
    async request(tenant: string): Promise<void> {
      const session = await sessions.for(tenant)
      const answer = await session.fetch(url)
      await answer.json()
      if (!answer.ok) throw new Error(`A request was answered ${answer.status}`)
    },
  }
}

function useServiceTrade(baseUrl: string, place: Place) {
  const open = (username: string, { store }: Pick<Place, 'store'>): ServiceTrade =>
    new ServiceTrade({ username, password: 'bench', baseUrl, store })
  const sessions = new Sessions({ ...place, open })
  return {
    sessions,
    async request(tenant: string): Promise<void> {
      const client = await sessions.for(tenant)
      await client.get('/job/1')
    },
  }
}
