// Uses a store and watches in a process of its own, and ends without a word: node use-store.ts <url>
import { once } from 'node:events'
import { RedisTokenStore } from '@latchkey/store-redis'

const go = once(process.stdin, 'data')
const store = new RedisTokenStore({ url: process.argv[2]! })
await store.set('key', 'state', undefined)
await new Promise<void>((resolve) => store.watch('key', resolve))
process.stdout.write('watching\n')
await go
process.stdin.destroy()
const document = await store.get('key').catch((error: Error) => ({ state: error.name }))
process.stdout.write(`${document?.state}\n`)
