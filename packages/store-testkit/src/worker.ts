import { writeSync } from 'node:fs'
import { inspect } from 'node:util'
import type { TokenStore, Version } from '@latchkey/core'
import { heldByWatching } from './held-by-watching.ts'
import { increment } from './increment.ts'
import { marks } from './marks.ts'

export interface Answer {
  readonly value?: unknown
  readonly error?: string
}

export type Commands = ReturnType<typeof commandsFor>

function commandsFor(store: TokenStore) {
  return {
    get: (key: string) => store.get(key),
    set: (key: string, state: string, expected: Version | undefined) => store.set(key, state, expected),
    increment: (key: string, times: number) => increment(store, key, times),
    heldByWatching: (key: string) => heldByWatching(store, key),
    incrementAloud: async (key: string): Promise<never> => {
      let document = await store.get(key)
      // Synchronous: what the process was doing when it was killed stands at the end of its output.
      for (;;) {
        const state = String(Number(document?.state ?? 0) + 1)
        writeSync(1, marks.begun)
        const version = await store.set(key, state, document?.version)
        writeSync(1, version === false ? marks.refused : marks.written)
        // A read between any two writes would let half of the kills miss a write.
        document = version === false ? await store.get(key) : { version, state }
      }
    },
    setAndDie: async (key: string, state: string) => {
      // Both are synchronous: nothing that the store has put off until later gets to run.
      writeSync(1, String(await store.set(key, state, undefined)))
      process.kill(process.pid, 'SIGKILL')
    },
  }
}

async function main(module: string, place: string): Promise<void> {
  const { open } = (await import(module)) as { open(place: string): TokenStore | Promise<TokenStore> }
  let commands: Commands | undefined
  process.on('message', async ({ command, input }: { command: keyof Commands; input: never[] }) => {
    try {
      commands ??= commandsFor(await open(place))
      process.send!({ value: await (commands[command] as (...input: never[]) => unknown)(...input) } satisfies Answer)
    } catch (error) {
      process.send!({ error: inspect(error) } satisfies Answer)
    }
  })
  // Also in the middle of endless work.
  process.on('disconnect', () => process.exit())
  process.send!('ready')
}

await main(process.argv[2]!, process.argv[3]!)
