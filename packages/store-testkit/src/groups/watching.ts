import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { TokenStore } from '@latchkey/core'
import { heldByWatching } from '../held-by-watching.ts'
import type { Claims } from '../options.ts'
import { increment } from '../increment.ts'
import type { Cases, Group } from './group.ts'

/** Writes until `heard` says that a hint came: one alone may be missing. */
async function writeUntil(heard: () => boolean, writer: { increment(): Promise<unknown> }): Promise<void> {
  while (!heard()) {
    await writer.increment()
    for (let wait = 0; wait < 20 && !heard(); wait++) await delay(5)
  }
}

const writerOf = (store: TokenStore) => ({ increment: () => increment(store, 'key', 1) })

function casesFor(claims: Claims): Cases {
  const alone = claims.shares === 'instance'
  return {
    "hints at another writer's change": async (bench) => {
      const store = await bench.open()
      const writer = alone ? store : await bench.open()
      let hints = 0
      const stop = store.watch!('key', () => hints++)
      await writeUntil(() => hints > 0, writerOf(writer))
      stop()
    },
    ...(claims.shares === 'processes' && {
      "hints at another process's change": async (bench) => {
        const store = await bench.open()
        const writer = await bench.startProcess()
        let hints = 0
        const stop = store.watch!('key', () => hints++)
        await writeUntil(() => hints > 0, { increment: () => writer.increment('key', 1) })
        stop()
      },
    }),
    "never hints within a writer's own call": async (bench) => {
      const store = await bench.open()
      const other = alone ? store : await bench.open()
      let calling = false
      const within: boolean[] = []
      const stop = store.watch!('key', () => within.push(calling))
      const writeBoth = async (): Promise<void> => {
        for (const one of [store, other]) {
          const document = await one.get('key')
          calling = true
          const written = one.set('key', 'state', document?.version)
          calling = false
          await written
        }
      }
      await writeUntil(() => within.length > 0, { increment: writeBoth })
      stop()
      assert.ok(!within.includes(true))
    },
    'hints at nothing once it is stopped, and stops for nobody else': async (bench) => {
      const store = await bench.open()
      const writer = alone ? store : await bench.open()
      const hints = { stopped: 0, going: 0 }
      const stop = store.watch!('key', () => hints.stopped++)
      const stopGoing = store.watch!('key', () => hints.going++)
      await writeUntil(() => hints.stopped > 0 && hints.going > 0, writerOf(writer))
      stop()
      const before = hints.stopped
      for (let round = 0; round < 3; round++) {
        const heard = hints.going
        await writeUntil(() => hints.going > heard, writerOf(writer))
      }
      stopGoing()
      assert.equal(hints.stopped, before)
    },
    'does not keep the process alive': async (bench) => {
      const held =
        claims.shares === 'processes'
          ? await (await bench.startProcess()).heldByWatching('key')
          : await heldByWatching(await bench.open(), 'key')
      assert.deepEqual(held, [])
    },
  }
}

export const watching: Group = {
  name: 'watching',
  casesFor: (claims) =>
    claims.watches
      ? casesFor(claims)
      : {
          'is not there: sessions poll': async (bench) => {
            assert.equal((await bench.open()).watch, undefined)
          },
        },
}
