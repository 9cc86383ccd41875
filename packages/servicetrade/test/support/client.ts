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

export async function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: unknown) => error,
  )
}
