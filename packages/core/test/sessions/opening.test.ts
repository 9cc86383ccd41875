import { Sessions } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { describe, expect, test } from 'vitest'
import { type Plain, plainClient } from './open.ts'

const store = new MemoryTokenStore()

describe('an opening that takes its time', () => {
  /** Openings are ended by the test, in the order in which they began. */
  function waiting(limit = 10) {
    const begun: { tenant: string; end: () => void }[] = []
    const clients: Plain[] = []
    const open = (tenant: string): Promise<Plain> => {
      const client = Object.assign(plainClient(tenant), { number: clients.length })
      clients.push(client)
      return new Promise((resolve) => begun.push({ tenant, end: () => resolve(client) }))
    }
    return { sessions: new Sessions({ store, limit, open }), begun, clients }
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  test('keeps nobody from looking at the clients that are open, or from closing them', async () => {
    const { sessions, begun, clients } = waiting()
    const open = sessions.for('open')
    await turn()
    begun[0]!.end()
    await open
    const stuck = sessions.for('stuck')
    await turn()
    expect([...sessions.clients().keys()]).toEqual(['open'])
    await Promise.all([sessions.close(), expect(stuck).rejects.toMatchObject({ code: 'SESSION_CLOSED' })])
    begun[1]!.end()
    await turn()
    expect(clients.map(({ closes }) => closes)).toEqual([1, 1])
  })

  test('happens once, though others are opened meanwhile that are more than are kept', async () => {
    const { sessions, begun } = waiting(1)
    const asked = [sessions.for('acme'), sessions.for('bolt'), sessions.for('core'), sessions.for('acme')]
    await turn()
    expect(begun.map(({ tenant }) => tenant)).toEqual(['acme', 'bolt', 'core'])
    for (const { end } of begun) end()
    const [first, , , again] = await Promise.all(asked)
    expect(again).toBe(first)
  })

  test('does not bring back what was forgotten meanwhile', async () => {
    const { sessions, begun, clients } = waiting(1)
    const before = sessions.for('acme')
    await turn()
    sessions.forget('acme')
    const after = sessions.for('acme')
    await turn()
    for (const { end } of begun) end()
    expect([await before, await after]).toEqual([clients[0], clients[1]])
    expect(await sessions.for('acme')).toBe(clients[1])
    await sessions.close()
    expect(clients.map(({ closes }) => closes)).toEqual([1, 1])
  })

  test('may ask for its own tenant, which is the same opening', async () => {
    let inner: Promise<Plain> | undefined
    const sessions: Sessions<Plain> = new Sessions({
      store,
      open: (tenant) => {
        inner = sessions.for(tenant)
        return plainClient(tenant)
      },
    })
    const outer = await sessions.for('acme')
    expect(await inner).toBe(outer)
  })
})
