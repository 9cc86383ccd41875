import { LoginRefusedError } from '@latchkey/core'
import { ServiceTrade } from '@latchkey/servicetrade'
import { FileTokenStore } from '@latchkey/store-file'

export interface Calls {
  readonly baseUrl: string
  readonly username: string
  readonly password: string
  readonly path: string
  readonly count: number
}

export interface CallOutcome {
  readonly isServed: boolean
  readonly isRefused: boolean
  readonly text: string
}

process.once('disconnect', () => process.exit())
process.on('message', (calls: Calls) => void make(calls))
process.send!('ready')

async function make({ path, count, ...access }: Calls): Promise<void> {
  const store = new FileTokenStore({ path })
  const client = new ServiceTrade({ ...access, store })
  const calls = Array.from({ length: count }, () => client.get('/job/1').then(toServed, toRejected))
  process.send!(await Promise.all(calls))
  await client.close()
  await store.close()
}

const toServed = (): CallOutcome => ({ isServed: true, isRefused: false, text: '' })

const toRejected = (error: Error): CallOutcome => ({
  isServed: false,
  isRefused: error instanceof LoginRefusedError,
  text: `${error.stack} ${JSON.stringify(error)}`,
})
