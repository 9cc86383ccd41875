import type { SessionCalls } from '@latchkey/core'
import {
  ServiceTrade,
  type ServiceTradeCalls,
  type ServiceTradeSettings,
  type SessionCredentials,
} from '@latchkey/servicetrade'
import { defaultUser, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'

declare module '@latchkey/express' {
  interface RequestClients {
    st: ServiceTradeCalls
    latchkey: SessionCalls
  }
}

/** An emulator and a client of it, closed together. */
export async function startClient(
  emulator?: EmulatorOptions,
  settings?: ServiceTradeSettings & Partial<SessionCredentials>,
) {
  const api = await startEmulator(emulator)
  const st = new ServiceTrade({ ...defaultUser, baseUrl: api.url, ...settings })
  return {
    api,
    st,
    async [Symbol.asyncDispose]() {
      // Together: a login that is held at the emulator holds up the client.
      await Promise.all([st.close(), api.close()])
    },
  }
}
