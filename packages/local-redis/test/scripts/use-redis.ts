import { once } from 'node:events'
import { findRedis, startRedis } from '@latchkey/local-redis'

// Says that it is ready and waits for a word. Then it starts a server, tells of it, and keeps it until its
// standard input ends.
process.stdout.write('ready\n')
await once(process.stdin, 'data')
try {
  const { source, path } = await findRedis()
  const server = await startRedis()
  const reply = await server.send('PING')
  process.stdout.write(`${JSON.stringify({ source, path, port: server.port, pid: server.pid, reply })}\n`)
  await once(process.stdin, 'end')
  await server.stop()
} catch (error) {
  process.stdout.write(`${JSON.stringify({ failure: (error as Error).message })}\n`)
}
