import { startCluster } from '@latchkey/local-redis'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { readme, refused, useAll, user, words } from './acl.ts'
import { connect, connectToCluster, openStore, openSubscriber, soon } from './fresh.ts'

const cluster = await startCluster()
afterAll(() => cluster.stop())

describe('hints on a cluster', () => {
  it('arrive through each of its nodes', async () => {
    const heard = cluster.nodes.map(() => 0)
    for (const [index, { url }] of cluster.nodes.entries()) {
      openSubscriber(connect(url)).watch('latchkey:key', () => (heard[index]! += 1))
    }
    await vi.waitUntil(() => heard.every((count) => count === 1), soon)
    const store = openStore({ client: connectToCluster(cluster.addresses) })
    expect(await store.set('key', 'state', undefined)).not.toBe(false)
    await vi.waitUntil(() => heard.every((count) => count === 2), soon)
  })

  it('arrive from a client that was given before it knew a node', async () => {
    const store = openStore({ client: connectToCluster(cluster.addresses, { lazyConnect: true }) })
    const hint = Promise.withResolvers<void>()
    store.watch('another', hint.resolve)
    await store.get('another')
    await hint.promise
  })
})

describe('a user on a cluster', () => {
  it('can do all that a store does, with what the README adds', async () => {
    const more = ['+info', '+cluster|slots', '+cluster|info']
    for (const word of more) expect(readme).toContain(word)
    for (const node of cluster.nodes) {
      await node.send('FLUSHALL')
      await node.send('ACL', ...words, ...more)
    }
    const client = connectToCluster(cluster.addresses.map((address) => ({ ...address, ...user })))
    await useAll(cluster.nodes, { client })
    expect(await refused(cluster.nodes)).toEqual([])
  })
})
