import { LatchkeyError, Sessions } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { describe, expect, test } from 'vitest'
import { openSessions, type Plain, plainClient } from './open.ts'

const store = new MemoryTokenStore()

describe('closing', () => {
  test('closes every client, those that are opened too late as well, and opens no more', async () => {
    const late = Promise.withResolvers<void>()
    const clients: Plain[] = []
    const sessions = new Sessions({
      store,
      open: async (tenant) => {
        if (tenant === 'late') await late.promise
        const client = plainClient(tenant)
        clients.push(client)
        return client
      },
    })
    await sessions.for('acme')
    const asked = sessions.for('late')
    await Promise.all([sessions.close(), expect(asked).rejects.toMatchObject({ code: 'SESSION_CLOSED' })])
    late.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(clients.map(({ tenant, closes }) => [tenant, closes])).toEqual([
      ['acme', 1],
      ['late', 1],
    ])
    await expect(sessions.for('acme')).rejects.toBeInstanceOf(LatchkeyError)
    expect(sessions.close()).toBe(sessions.close())
    expect(clients.map(({ closes }) => closes)).toEqual([1, 1])
  })

  test('reaches a client that was dropped while somebody holds it', async () => {
    const { sessions, clock } = openSessions({ limit: 1 })
    const dropped = await sessions.for('acme')
    await sessions.for('bolt')
    await sessions.close()
    await expect(dropped.grant()).rejects.toMatchObject({ code: 'SESSION_CLOSED' })
    expect(clock.pending).toBe(0)
  })

  test('reaches a client that was forgotten while somebody holds it', async () => {
    const { sessions } = openSessions()
    const forgotten = await sessions.for('acme')
    sessions.forget('acme')
    await sessions.close()
    await expect(forgotten.grant()).rejects.toMatchObject({ code: 'SESSION_CLOSED' })
  })

  test('is not stopped by a client that fails at it, whose error it ends with', async () => {
    const failing = (error: Error) => ({
      close: async () => {
        throw error
      },
    })
    const throwing = (error: Error) => ({
      close: () => {
        throw error
      },
    })
    const last = plainClient('last')
    const clients = { first: throwing(new Error('at once')), second: failing(new Error('later')), last }
    const closeAll = async (...tenants: (keyof typeof clients)[]): Promise<unknown> => {
      const sessions = new Sessions({ store, open: (tenant) => clients[tenant as keyof typeof clients] })
      for (const tenant of tenants) await sessions.for(tenant)
      return sessions.close()
    }
    await expect(closeAll('first', 'last')).rejects.toThrow('at once')
    await expect(closeAll('first', 'second', 'last')).rejects.toMatchObject({
      errors: [{ message: 'at once' }, { message: 'later' }],
    })
    expect(last.closes).toBe(2)
  })

  test('logs nobody out, and leaves the store open', async () => {
    const { sessions, loggedOut, live } = openSessions()
    await using acme = await sessions.for('acme')
    await acme.grant()
    await sessions.close()
    expect(loggedOut).toEqual([])
    expect(live.size).toBe(1)
    expect(await acme.status()).toMatchObject({ live: true })
  })

  test('happens at the end of the block with await using', async () => {
    const client = plainClient('acme')
    {
      await using sessions = new Sessions({ store, open: () => client })
      await sessions.for('acme')
    }
    expect(client.closes).toBe(1)
  })
})
