import { ServiceTrade } from '@latchkey/servicetrade'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { RedisTokenStore } from '@latchkey/store-redis'
import { answerQuestions } from './child.ts'
import { counting } from './counting-store.ts'
import { inParallel } from './in-parallel.ts'
import { usedHeap } from './memory.ts'

/** Requests to be made with one session: the first time opens it. */
export interface Requests {
  readonly origin: string
  /** Default: a store of this process alone. */
  readonly redis?: { readonly url: string; readonly prefix: string } | undefined
  readonly requests: number
  readonly concurrency: number
}

/** How this process stands after them. */
export interface Served {
  /** Of the store, since the start. */
  readonly operations: number
  /** Bytes of the heap that are in use. */
  readonly heap: number
  /** Bytes that the process takes. */
  readonly rss: number
}

function open({ origin, redis }: Requests) {
  const counted = counting(redis === undefined ? new MemoryTokenStore() : new RedisTokenStore(redis))
  const credentials = { username: 'bench', password: 'bench' }
  return { counted, client: new ServiceTrade({ ...credentials, baseUrl: origin, store: counted.store }) }
}

let opened: ReturnType<typeof open> | undefined

answerQuestions(async (asked: Requests): Promise<Served> => {
  const { counted, client } = (opened ??= open(asked))
  await inParallel(asked.requests, asked.concurrency, () => client.get('/job/1'))
  const heap = await usedHeap()
  return { operations: counted.operations, heap, rss: process.memoryUsage().rss }
})
