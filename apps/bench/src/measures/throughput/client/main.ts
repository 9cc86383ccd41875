import type { Pool } from 'undici'
import { type SubjectName, subjects } from '../subjects.ts'
import type { Opened } from '../subjects/subject.ts'
import { measureAllocation } from './allocation.ts'
import type { Allocation, ClientOrder, Reply, Slice } from './messages.ts'
import { runSlice } from './slice.ts'

// A process of its own, with the subjects of one group. Its argument is the server's origin.
const origin = process.argv[2] ?? ''
const pools = new Map<number, Promise<Pool>>()
const opened = new Map<string, Promise<Opened>>()

async function obey(order: ClientOrder): Promise<Slice | Allocation> {
  const { call } = await find(order.subject, order.concurrency)
  if (order.type === 'slice') return runSlice(call, order)
  return { bytes: await measureAllocation(call, order) }
}

function find(subject: SubjectName, connections: number): Promise<Opened> {
  return remember(opened, `${subject} ${connections}`, async () => {
    const open = await subjects[subject].load()
    const one = await open({
      origin,
      connections,
      pool: () => remember(pools, connections, () => openPool(connections)),
    })
    // Logs in.
    await one.call()
    return one
  })
}

async function openPool(connections: number): Promise<Pool> {
  const undici = await import('undici')
  // Its connections outlive the pauses in which others are measured.
  return new undici.Pool(origin, { connections, keepAliveTimeout: 600_000 })
}

function remember<K, T>(known: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}

async function answer(order: ClientOrder): Promise<Reply> {
  try {
    return { result: await obey(order) }
  } catch (error) {
    return { error: `${order.subject}: ${error instanceof Error ? error.message : String(error)}` }
  }
}

process.on('message', async (order: ClientOrder) => process.send?.(await answer(order)))
process.on('disconnect', () => process.exit())
