import { Sessions } from '@latchkey/core'
import { ServiceTrade } from '@latchkey/servicetrade'
import { type EmulatorUser, startEmulator } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { expect, test } from 'vitest'

const tenants = Array.from({ length: 1_000 }, (_, index) => `tenant-${index}`)
const users = tenants.map((username): EmulatorUser => ({ username, password: `password of ${username}` }))

test('1,000 tenants in one process log in once each, and a reset of one costs one login of that one', async () => {
  await using api = await startEmulator({ users })
  await using accounts = new Sessions({
    store: new MemoryTokenStore(),
    open: (username, { store }) =>
      new ServiceTrade({ username, password: `password of ${username}`, baseUrl: api.url, store }),
  })
  const whoAmI = async (tenant: string): Promise<string> => {
    const st = await accounts.for(tenant)
    const { user } = await st.get<{ user: { username: string } }>('/auth')
    return user.username
  }

  expect(await Promise.all([...tenants, ...tenants.slice(0, 100)].map(whoAmI))).toEqual([
    ...tenants,
    ...tenants.slice(0, 100),
  ])
  expect(api.counters).toMatchObject({ loginAttempts: 1_000, logins: 1_000, liveSessions: 1_000 })

  const unlucky = await accounts.for('tenant-500')
  expect(api.resetSession((await unlucky.session.grant()).token)).toBe(true)
  expect(await Promise.all([...tenants, 'tenant-500'].map(whoAmI))).toEqual([...tenants, 'tenant-500'])
  expect(api.counters).toMatchObject({ loginAttempts: 1_001, logins: 1_001, liveSessions: 1_000 })
  const of = (username: string) => api.sessions.filter((one) => one.username === username)
  expect(of('tenant-500')).toHaveLength(1)
  expect((await unlucky.session.status()).generation).toBe(2)
})
