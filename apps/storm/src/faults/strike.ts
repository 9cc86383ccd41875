import type { Emulator } from '@latchkey/servicetrade-emulator'
import type { Fleet, Slot } from '../fleet.ts'
import type { RedisPlace } from '../places/redis.ts'
import { crowdOut } from './outsiders.ts'
import type { FaultName, FaultOrder } from './order.ts'

/** What faults are struck at. */
export interface Scene {
  readonly emulator: Emulator
  readonly fleet: Fleet
  /** `undefined` where the store is another. */
  readonly redis: RedisPlace | undefined
  readonly random: () => number
  /** Logins of others than the fleet, which the server counts all the same. */
  outsiderLogins: number
  wait(ms: number): Promise<void>
}

type Undo = () => unknown

/** Strikes, resets the session in the middle if that is ordered, and undoes it all in the end, whatever happens. */
export async function strike(scene: Scene, order: FaultOrder): Promise<void> {
  const undo = await begins[order.name](scene, order)
  try {
    if (order.reset && !resetsItself.has(order.name)) {
      await scene.wait(order.time / 2)
      scene.emulator.resetSessions()
      await scene.wait(order.time / 2)
    } else await scene.wait(order.time)
  } finally {
    await undo()
  }
}

/** Those that need the reset before the fault. */
const resetsItself: ReadonlySet<FaultName> = new Set([
  'login-kill',
  'login-freeze',
  'login-slow',
  'login-error',
  'login-throttle',
])

const begins: Record<FaultName, (scene: Scene, order: FaultOrder) => Promise<Undo>> = {
  'login-kill': async (scene) => {
    await atLogin(scene, (slot) => scene.fleet.kill(slot))
    return nothing
  },
  'login-freeze': async (scene) => {
    const slot = await atLogin(scene, async ({ worker }) => worker.freeze())
    return () => slot.worker.thaw()
  },
  'login-slow': async ({ emulator }, { time }) => {
    const { loginLatency } = emulator.faults
    emulator.faults.loginLatency = time
    emulator.resetSessions()
    return () => (emulator.faults.loginLatency = loginLatency)
  },
  'login-error': async ({ emulator }) => {
    Object.assign(emulator.faults, { loginErrorStatus: 502, loginErrors: 2 })
    emulator.resetSessions()
    return nothing
  },
  'login-throttle': async ({ emulator }, { time }) => {
    emulator.faults.throttleLogins = time
    emulator.resetSessions()
    return () => (emulator.faults.throttleLogins = 0)
  },
  'session-prune': async (scene) => {
    scene.outsiderLogins += await crowdOut(scene.emulator)
    return nothing
  },
  'worker-kill': async (scene) => {
    await scene.fleet.kill(anyOf(scene, scene.fleet.slots))
    return nothing
  },
  'worker-freeze': async (scene) => {
    const { worker } = anyOf(scene, scene.fleet.slots)
    worker.freeze()
    return () => worker.thaw()
  },
  'redis-freeze': async ({ redis }) => {
    await Promise.all(redis!.servers.map((server) => server.freeze()))
    return () => Promise.all(redis!.servers.map((server) => server.thaw()))
  },
  'redis-kill': async ({ redis }) => {
    await Promise.all(redis!.servers.map((server) => server.kill()))
    return () => redis!.restart()
  },
  'redis-flush': async ({ redis }) => {
    await Promise.all(redis!.servers.map((server) => server.send('FLUSHALL')))
    return nothing
  },
  'redis-failover': async ({ redis }) => {
    await redis!.failover()
    return nothing
  },
  'network-cut': async (scene) => atSomeLinks(scene, (link) => link.cut()),
  'network-hang': async (scene) => atSomeLinks(scene, (link) => link.hang()),
  'reply-loss': async (scene) => atSomeLinks(scene, (link) => link.dropReplies()),
}

/** Resets the session, and acts on whoever logs in while the server has that login before it. */
export async function atLogin(
  { emulator, fleet }: Pick<Scene, 'emulator' | 'fleet'>,
  act: (slot: Slot) => Promise<void>,
): Promise<Slot> {
  const hold = emulator.hold('login', { limit: 1 })
  try {
    emulator.resetSessions()
    const slot = await fleet.whoIsLoggingIn(() => hold.waiting > 0)
    await act(slot)
    return slot
  } finally {
    hold.release()
  }
}

/** At least one process loses its way to Redis, and at least one keeps it. */
function atSomeLinks(scene: Scene, act: (link: RedisPlace['links'][number]) => void): Undo {
  const links = [...scene.redis!.links].toSorted(() => scene.random() - 0.5)
  const some = links.slice(0, 1 + Math.floor(scene.random() * Math.max(1, links.length - 1)))
  for (const link of some) act(link)
  return () => {
    for (const link of some) link.restore()
  }
}

function anyOf<T>({ random }: Scene, things: readonly T[]): T {
  return things[Math.floor(random() * things.length)]!
}

function nothing(): void {}
