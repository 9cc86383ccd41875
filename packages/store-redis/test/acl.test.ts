import { startRedis } from '@latchkey/local-redis'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { refused, useAll, user, words } from './acl.ts'
import { connect, openStore } from './fresh.ts'

const server = await startRedis()
afterAll(() => server.stop())
beforeEach(() => server.restart())

const url = server.url.replace('//', `//${user.username}:${user.password}@`)
const commands = words.filter((word) => word.startsWith('+')).map((word) => word.slice(1))

describe("the README's line for a user", () => {
  it('allows a store by url all that it does', async () => {
    await server.send('ACL', ...words)
    await useAll([server], { url })
    expect(await refused([server])).toEqual([])
  })

  it.each([
    ['with +info', { enableReadyCheck: true }, ['+info']],
    ['without a ready check', { enableReadyCheck: false }, []],
  ])('allows a store by client the same, %s', async (_how, options, more) => {
    await server.send('ACL', ...words, ...more)
    await useAll([server], { client: connect(url, options) })
    expect(await refused([server])).toEqual([])
  })

  it.each(commands)('has nothing to spare: not %s', async (command) => {
    await server.send('ACL', ...words, `-${command}`)
    await useAll([server], { url }).catch(() => {})
    expect(await refused([server])).toEqual([command])
  })

  it('keeps the user off all other keys and channels', async () => {
    await server.send('ACL', ...words)
    const client = connect(url, { enableReadyCheck: false })
    await expect(client.get('other')).rejects.toThrow('NOPERM')
    await expect(client.publish('other', '')).rejects.toThrow('NOPERM')
    await expect(openStore({ client, prefix: 'other:' }).get('key')).rejects.toThrow('NOPERM')
  })
})
