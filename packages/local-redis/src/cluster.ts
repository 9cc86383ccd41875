import { wholeNumber } from './configuration.ts'
import { type Address, addressOf, orStop, startAll, stopAll } from './group.ts'
import { type RedisServer, startRedis } from './server.ts'
import { until } from './until.ts'

/** A Redis Cluster on 127.0.0.1: primaries that share the slots evenly, without replicas. */
export interface RedisCluster extends AsyncDisposable {
  /** In the order of their slots. One that is killed and restarted comes back empty, with its slots. */
  readonly nodes: readonly RedisServer[]
  /** Where the nodes listen, for clients to start from. */
  readonly addresses: readonly Address[]
  /** Resolves once every node says that all is well, as after nodes that were frozen or dead for seconds. */
  settled(): Promise<void>
  /** Ends all nodes. Once it has been called, calling it again does nothing. */
  stop(): Promise<void>
}

const slots = 16_384

const config = {
  'cluster-enabled': 'yes',
  'cluster-config-file': 'nodes.conf',
  // ms until the others take a node that does not answer for dead.
  'cluster-node-timeout': '2000',
  'cluster-announce-ip': '127.0.0.1',
}

/**
 * Starts a cluster of so many nodes, 3 unless told. Resolves when each of them says that all is well, which Redis
 * does two seconds after a start at the earliest.
 */
export async function startCluster({ nodes: count = 3 }: { nodes?: number } = {}): Promise<RedisCluster> {
  wholeNumber('nodes', count, 1, 16)
  const nodes = await startAll(Array.from({ length: count }, () => () => startRedis({ config })))
  await orStop(nodes, () => form(nodes))
  const stop = (): Promise<void> => stopAll(nodes)
  const settled = (): Promise<void> => wellness(nodes)
  return { nodes, addresses: nodes.map(addressOf), settled, stop, [Symbol.asyncDispose]: stop }
}

async function form(nodes: readonly RedisServer[]): Promise<void> {
  const firstSlotOf = (index: number): number => Math.floor((slots * index) / nodes.length)
  await Promise.all(
    nodes.map(async (node, index) => {
      await addSlots(node, firstSlotOf(index), firstSlotOf(index + 1) - 1)
      // Nodes with one epoch would have to quarrel it out first.
      await node.send('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    }),
  )
  const [first, ...others] = nodes
  for (const { port } of others) await first!.send('CLUSTER', 'MEET', '127.0.0.1', String(port))
  await wellness(nodes)
}

async function wellness(nodes: readonly RedisServer[]): Promise<void> {
  await until(`the cluster on port ${nodes[0]!.port}`, async () => {
    const states = await Promise.all(nodes.map((node) => node.send('CLUSTER', 'INFO')))
    return states.every((state) => isWell(String(state), nodes.length))
  })
}

async function addSlots(node: RedisServer, first: number, last: number): Promise<void> {
  try {
    await node.send('CLUSTER', 'ADDSLOTSRANGE', String(first), String(last))
  } catch (error) {
    // Redis 6 has it not yet.
    if (!/unknown.*subcommand/i.test((error as Error).message)) throw error
    const range = Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
    await node.send('CLUSTER', 'ADDSLOTS', ...range)
  }
}

function isWell(info: string, count: number): boolean {
  return ['cluster_state:ok', `cluster_slots_ok:${slots}`, `cluster_known_nodes:${count}`].every((line) =>
    info.includes(`${line}\r\n`),
  )
}
