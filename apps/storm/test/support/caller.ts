import { LoginRefusedError, LoginThrottledError } from '@latchkey/core'
import { ServiceTrade } from '@latchkey/servicetrade'
import type { WorkerStore } from '../../src/places/place.ts'
import { openStore } from '../../src/stores.ts'

export interface Calls {
  readonly baseUrl: string
  readonly username: string
  readonly password: string
  readonly store: WorkerStore
  readonly count: number
}

export interface CallOutcome {
  readonly how: 'served' | 'refused' | 'throttled' | 'failed'
  /** What a log would make of the error. */
  readonly text: string
}

process.once('disconnect', () => process.exit())
process.on('message', (calls: Calls) => void make(calls))
process.send!('ready')

async function make({ store: plan, count, ...access }: Calls): Promise<void> {
  const { store, close } = openStore(plan)
  const client = new ServiceTrade({ ...access, store })
  const calls = Array.from({ length: count }, () => client.get('/job/1').then(toServed, toRejected))
  process.send!(await Promise.all(calls))
  await client.close()
  await close()
}

const toServed = (): CallOutcome => ({ how: 'served', text: '' })

function toRejected(error: Error): CallOutcome {
  const how =
    error instanceof LoginRefusedError ? 'refused' : error instanceof LoginThrottledError ? 'throttled' : 'failed'
  return { how, text: `${error.stack} ${JSON.stringify(error)}` }
}
