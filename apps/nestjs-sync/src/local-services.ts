// A ServiceTrade and a Redis to look around with. Whoever takes this service as a start deletes this file.
import { startRedis } from '@latchkey/local-redis'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import type { Services } from './config.ts'

export interface LocalServices extends Services {
  stop(): Promise<void>
}

/** Starts both, with two accounts. Nothing is kept when they stop. */
export async function startLocalServices(): Promise<LocalServices> {
  const users = ['acme', 'bolt'].map((name) => ({ name, username: name, password: `${name}-password` }))
  const redis = await startRedis()
  const api = await startEmulator({
    accounts: users.map(({ name, ...user }) => ({
      name,
      users: [user],
      seed: { firstId: name === 'acme' ? 1 : 1001 },
    })),
  })
  return {
    accounts: new Map(users.map(({ name, ...credentials }) => [name, credentials])),
    serviceTradeUrl: api.url,
    redisUrl: redis.url,
    async stop() {
      await api.close()
      await redis.stop()
    },
  }
}
