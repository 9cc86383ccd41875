import { inspect } from 'node:util'
import { ConfigurationError, type Session, Sessions } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { openSessions, type Plain, plainClient } from './open.ts'

const store = new MemoryTokenStore()

describe('a tenant', () => {
  test('is opened when it is first asked for, once, however many ask', async () => {
    const { sessions, made, attempts } = openSessions()
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => sessions.for('acme')))
    for (const other of others) expect(other).toBe(first)
    expect(made).toEqual(['acme'])
    expect(attempts).toHaveLength(0)
  })

  test('is given the store of all, in which it has a session of its own', async () => {
    const { sessions, live } = openSessions()
    const [acme, bolt] = await Promise.all([sessions.for('acme'), sessions.for('bolt')])
    const grants = await Promise.all([acme.grant(), bolt.grant(), acme.grant(), bolt.grant()])
    expect(new Set(grants.map(({ token }) => token)).size).toBe(2)
    expect(live.size).toBe(2)
    expect([acme.subject, bolt.subject]).toEqual(['desk.example/acme', 'desk.example/bolt'])
  })

  test('can be slow to open, and those who ask meanwhile wait for the same', async () => {
    const secrets = Promise.withResolvers<void>()
    const sessions = new Sessions({ store, open: (tenant) => secrets.promise.then(() => plainClient(tenant)) })
    const asked = [sessions.for('acme'), sessions.for('acme')]
    secrets.resolve()
    const [one, other] = await Promise.all(asked)
    expect(one).toBe(other)
  })

  test('that cannot be opened fails for all who asked, and the next to ask tries again', async () => {
    let tries = 0
    const sessions = new Sessions({
      store,
      open: async (tenant) => {
        tries += 1
        if (tries === 1) throw new Error('no such secret')
        return plainClient(tenant)
      },
    })
    const failed = await Promise.allSettled([sessions.for('acme'), sessions.for('acme')])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(sessions.size).toBe(0)
    expect(await sessions.for('acme')).toMatchObject({ tenant: 'acme' })
    expect(tries).toBe(2)
  })

  test('that throws at once fails in the same way', async () => {
    const sessions = new Sessions<Plain>({
      store,
      open: () => {
        throw new Error('no such secret')
      },
    })
    await expect(sessions.for('acme')).rejects.toThrow('no such secret')
    expect(sessions.size).toBe(0)
  })

  test('that is forgotten is opened anew, with the credentials that it has by then', async () => {
    const { sessions, made } = openSessions()
    const before = await sessions.for('acme')
    sessions.forget('acme')
    const after = await sessions.for('acme')
    expect(after).not.toBe(before)
    expect(made).toEqual(['acme', 'acme'])
    expect((await before.grant()).token).toBe((await after.grant()).token)
  })

  test.each([[undefined], [null], [''], [7], [['acme']]])('is nobody if it is %o', async (tenant) => {
    const { sessions, made } = openSessions()
    const asked = sessions.for(tenant as unknown as string)
    await expect(asked).rejects.toThrow(/^tenant takes a string that is not empty, but got/)
    expect(made).toEqual([])
  })

  test.each(['__proto__', 'constructor', 'a'.repeat(10_000), 'ünï/cöde\n'])('may be called %j', async (tenant) => {
    const { sessions } = openSessions()
    expect(await sessions.for(tenant)).toBe(await sessions.for(tenant))
    expect([...sessions.clients().keys()]).toEqual([tenant])
  })
})

describe('a client', () => {
  test('must not be shared by two tenants', async () => {
    const shared = plainClient('all')
    const sessions = new Sessions({ store, open: () => shared })
    expect(await sessions.for('acme')).toBe(shared)
    await expect(sessions.for('bolt')).rejects.toBeInstanceOf(ConfigurationError)
    await expect(sessions.for('bolt')).rejects.toThrow(/^open takes a function that returns a client of its own/)
    expect(await sessions.for('acme')).toBe(shared)
  })

  test.each([[undefined], ['a token'], [{}], [new Map()]])('that is none, %o, is refused', async (client) => {
    const sessions = new Sessions({ store, open: () => client as unknown as Session })
    await expect(sessions.for('acme')).rejects.toThrow(/^what open returns takes a client, with close\(\), but got/)
    expect(sessions.size).toBe(0)
  })

  test('has the type of what is opened, at once or later', () => {
    expectTypeOf(new Sessions({ store, open: plainClient })).toEqualTypeOf<Sessions<Plain>>()
    const later = new Sessions({ store, open: async (tenant) => plainClient(tenant) })
    expectTypeOf(later.for('acme')).resolves.toEqualTypeOf<Plain>()
  })
})

test.each<[string, unknown, string]>([
  ['no options', undefined, 'Sessions options'],
  ['no store', { open: plainClient }, 'store'],
  ['a Map for a store', { open: plainClient, store: new Map() }, 'store'],
  ['nothing to open with', { store }, 'open'],
  ['a client instead of a function', { store, open: plainClient('acme') }, 'open'],
  ['a limit of none', { store, open: plainClient, limit: 0 }, 'limit'],
  ['no idle time', { store, open: plainClient, idleTime: 0 }, 'idleTime'],
  ['an idle time past the longest timer', { store, open: plainClient, idleTime: 2 ** 31 }, 'idleTime'],
  ['an unknown option', { store, open: plainClient, max: 5 }, 'Sessions option max'],
])('%s is a configuration error that names the option', (_what, options, option) => {
  const build = () => new Sessions(options as never)
  expect(build).toThrow(ConfigurationError)
  expect(build).toThrow(new RegExp(`^${option} takes`))
})

test('shows how many tenants are open, and neither who they are nor their tokens', async () => {
  const { sessions } = openSessions()
  const { token } = await (await sessions.for('canary-tenant')).grant()
  const shown = inspect(sessions, { depth: Infinity, showHidden: true }) + JSON.stringify(sessions)
  expect(shown).toBe('Sessions { open: 1 }{"open":1}')
  expect(shown).not.toContain(token)
})
