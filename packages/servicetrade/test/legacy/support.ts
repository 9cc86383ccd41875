import servicetrade, { type ServicetradeOptions } from '@latchkey/servicetrade/legacy'
import { defaultUser, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'

/** A client and a server of its own, closed together. */
export async function startLegacy(options: ServicetradeOptions = {}, emulator?: EmulatorOptions) {
  const api = await startEmulator(emulator)
  const events: string[] = []
  const st = servicetrade({
    ...defaultUser,
    baseUrl: api.url,
    onSetCookie: () => void events.push('set'),
    onResetCookie: () => void events.push('reset'),
    ...options,
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

/** Opens a session behind the client's back. */
export async function openSession(
  url: string,
  user: { username: string; password: string } = defaultUser,
): Promise<string> {
  const { username, password } = user
  const answer = await fetch(`${url}/api/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  const { data } = (await answer.json()) as { data: { authToken: string } }
  return data.authToken
}
