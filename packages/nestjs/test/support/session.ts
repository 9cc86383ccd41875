import { type Authenticator, fingerprint, type SessionOptions } from '@latchkey/core'
import { defaultUser, type Emulator, type EmulatorOptions, startEmulator } from '@latchkey/servicetrade-emulator'
import { SessionAuthenticator } from '@latchkey/servicetrade'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { onTestFinished } from 'vitest'

/** An emulator, until the test is finished. */
export async function emulatorForTest(options?: EmulatorOptions): Promise<Emulator> {
  const api = await startEmulator(options)
  onTestFinished(() => api.close())
  return api
}

export function sessionOptions(api: Emulator, user: { username: string; password: string } = defaultUser) {
  const { username, password } = user
  const authenticator = new SessionAuthenticator({ username, password, baseUrl: api.url })
  return { authenticator, store: new MemoryTokenStore() } satisfies SessionOptions
}

/** Options of a session with nobody, which is never logged in. */
export function idleOptions(subject: string): SessionOptions {
  const authenticator: Authenticator = {
    subject,
    origin: 'http://127.0.0.1:9',
    fingerprint: fingerprint(subject, 'nobody'),
    login: () => Promise.reject(new Error('nobody is to log in')),
    authorize: () => ({}),
    isReset: () => false,
  }
  return { authenticator, store: new MemoryTokenStore() }
}
