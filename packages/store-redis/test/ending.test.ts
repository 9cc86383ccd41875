import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type RedisServer, startRedis } from '@latchkey/local-redis'
import { describe, it, vi } from 'vitest'
import { soon } from './fresh.ts'

const script = fileURLToPath(new URL('./scripts/use-store.ts', import.meta.url))

const ends: [what: string, disturb: (server: RedisServer) => Promise<void>, told: string][] = [
  ['is there', async () => {}, 'state'],
  ['is frozen', (server) => server.freeze(), 'TokenStoreError'],
  ['is gone', (server) => server.kill(), 'TokenStoreError'],
]

describe.concurrent('a process that has a store by url, and watches', () => {
  it.for(ends)(
    'ends by itself while the server %s, without a word',
    async ([_what, disturb, told], { expect, onTestFinished }) => {
      await using server = await startRedis()
      const child = spawn(process.execPath, ['--conditions=latchkey-source', script, server.url])
      onTestFinished(() => void child.kill('SIGKILL'))
      let output = ''
      let complaints = ''
      child.stdout.on('data', (chunk) => (output += chunk))
      child.stderr.on('data', (chunk) => (complaints += chunk))
      const closed = once(child, 'close')
      await vi.waitUntil(() => output === 'watching\n', soon)
      await disturb(server)
      child.stdin.end('go')
      expect(await closed).toEqual([0, null])
      expect([output, complaints]).toEqual([`watching\n${told}\n`, ''])
    },
  )
})
