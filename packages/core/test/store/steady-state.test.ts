import type { TokenStore } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Agent } from 'undici'
import { expect, test } from 'vitest'
import { startApi } from '../support/scripted-api.ts'
import { authenticatorFor } from '../support/token-authenticator.ts'
import { Session } from '@latchkey/core'

test('in steady state requests cost no store operation', async () => {
  await using api = await startApi()
  const shared = new MemoryTokenStore()
  let operations = 0
  const store: TokenStore = {
    get: (key) => {
      operations += 1
      return shared.get(key)
    },
    set: (...args) => {
      operations += 1
      return shared.set(...args)
    },
  }
  await using session = new Session({ authenticator: authenticatorFor(api), store })
  const dispatcher = new Agent({ connections: 10 }).compose(session.interceptor())
  const send = async (): Promise<void> => {
    const { body, statusCode } = await dispatcher.request({ origin: api.origin, path: '/thing', method: 'GET' })
    await body.dump()
    expect(statusCode).toBe(200)
  }
  await send()
  await session.status()
  const before = operations
  const requests = 10_000
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let count = 0; count < requests / 20; count += 1) await send()
    }),
  )
  expect(operations - before).toBe(0)
  await dispatcher.close()
})
