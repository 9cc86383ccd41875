import ServicetradeClient, { type ServicetradeClientOptions } from '@latchkey/servicetrade/sdk'
import { defaultClient, type Emulator, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'

/** A client and a server of its own, closed together. */
export async function startSdk(
  options: ServicetradeClientOptions | ((api: Emulator) => Promise<ServicetradeClientOptions>) = {},
  emulator?: EmulatorOptions,
) {
  const api = await startEmulator(emulator)
  const events: string[] = []
  const st = new ServicetradeClient({
    ...defaultClient,
    baseUrl: api.url,
    onSetAuth: () => void events.push('set'),
    onUnsetAuth: () => void events.push('unset'),
    ...(typeof options === 'function' ? await options(api) : options),
  })
  return {
    api,
    st,
    events,
    async [Symbol.asyncDispose]() {
      await st.close()
      await api.close()
    },
  }
}
