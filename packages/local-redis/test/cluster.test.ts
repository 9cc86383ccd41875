import { type RedisServer, startCluster } from '@latchkey/local-redis'
import { expect, test } from 'vitest'

test('a cluster has all slots, and takes a key on each node', async () => {
  await using cluster = await startCluster()
  expect(cluster.nodes).toHaveLength(3)
  expect(cluster.addresses).toEqual(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })))
  for (const node of cluster.nodes) {
    const info = await node.send('CLUSTER', 'INFO')
    expect(info).toContain('cluster_state:ok')
    expect(info).toContain('cluster_slots_ok:16384')
    expect(info).toContain('cluster_size:3')
  }
  const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`)
  const owners = await Promise.all(keys.map((key) => ownerOf(cluster.nodes.length, cluster.nodes[0]!, key)))
  expect(new Set(owners).size).toBe(3)
  for (const [index, key] of keys.entries()) {
    for (const [at, node] of cluster.nodes.entries()) {
      const set = node.send('SET', key, 'value')
      if (at === owners[index]) expect(await set).toBe('OK')
      else await expect(set).rejects.toThrow(`:${cluster.nodes[owners[index]!]!.port}`)
    }
  }
})

test('a node that was killed comes back with its slots', async () => {
  await using cluster = await startCluster()
  const [first, second] = cluster.nodes
  const before = await first!.send('CLUSTER', 'MYID')
  await first!.send('SET', await keyOn(first!), 'value')
  await first!.restart()
  expect(await first!.send('CLUSTER', 'MYID')).toBe(before)
  expect(await first!.send('DBSIZE')).toBe(0)
  for (const node of [first!, second!]) {
    await expect.poll(() => node.send('CLUSTER', 'INFO'), { timeout: 20_000 }).toContain('cluster_state:ok')
  }
})

test('a cluster may have one node, and no number but a whole one', async () => {
  await using cluster = await startCluster({ nodes: 1 })
  expect(await cluster.nodes[0]!.send('SET', 'key', 'value')).toBe('OK')
  await cluster.stop()
  await expect(startCluster({ nodes: 0 })).rejects.toThrow('nodes takes a whole number from 1 to 16, but got 0')
})

/** The index of the node that has the key's slot. */
async function ownerOf(nodes: number, node: RedisServer, key: string): Promise<number> {
  return Math.floor((Number(await node.send('CLUSTER', 'KEYSLOT', key)) * nodes) / 16_384)
}

/** A key whose slot the first node has. */
async function keyOn(first: RedisServer): Promise<string> {
  for (let number = 0; ; number++) {
    if ((await ownerOf(3, first, `key ${number}`)) === 0) return `key ${number}`
  }
}
