import { ServiceTrade, type ServiceTradeSettings } from '@latchkey/servicetrade'
import { defaultUser, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'

/** A client and a server of its own, closed together. */
export async function startClient(emulator?: EmulatorOptions, settings?: ServiceTradeSettings) {
  const api = await startEmulator(emulator)
  const st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, ...settings })
  return {
    api,
    st,
    async [Symbol.asyncDispose]() {
      await st.close()
      await api.close()
    },
  }
}

/** What the errors in these tests may have. */
export interface Rejection extends Error {
  readonly code?: string
  readonly subject?: string
  readonly status?: number
  readonly retryAfter?: number
  readonly isAxiosError?: boolean
  readonly response?: { status: number; data: any; headers: Record<string, string> }
}

export async function rejection(promise: Promise<unknown>): Promise<Rejection> {
  return promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: unknown) => error as Rejection,
  )
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
