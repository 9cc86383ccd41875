import { type Link, type RedisServer, startLink, startRedis } from '@latchkey/local-redis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Client, commandOf, connectedClient, isListening } from './client.ts'

let server: RedisServer
let link: Link

beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

beforeEach(async () => {
  await server.send('FLUSHALL')
  link = await startLink(server.port)
  return () => link.stop()
})

const soon = { timeout: 10_000, interval: 5 }

test('commands and replies get through, and are counted with their connections', async () => {
  expect(link.url).toBe(`redis://127.0.0.1:${link.port}`)
  expect([link.connections, link.requests]).toEqual([0, 0])
  const client = await connectedClient(link.port)
  client.send('SET', 'key', 'value')
  client.send('GET', 'key')
  await client.receives('+OK\r\n$5\r\nvalue\r\n')
  expect([link.connections, link.requests]).toEqual([1, 2])
  client.socket.end()
  await client.closed
  await expect.poll(() => link.connections, soon).toBe(0)
})

test('a cut link resets connections, old and new, until it is restored', async () => {
  const client = await connectedClient(link.port)
  client.send('PING')
  await client.receives('+PONG\r\n')
  link.cut()
  await client.closed
  await new Client(link.port).closed
  expect(link.connections).toBe(0)
  link.restore()
  const another = await connectedClient(link.port)
  another.send('PING')
  await another.receives('+PONG\r\n')
})

test('while it hangs no command gets to the server; then all do, on old connections and new', async () => {
  const client = await connectedClient(link.port)
  client.send('PING')
  await client.receives('+PONG\r\n')
  link.hang()
  client.send('APPEND', 'key', 'a')
  client.send('APPEND', 'key', 'b')
  const another = await connectedClient(link.port)
  another.send('APPEND', 'other', 'c')
  await expect.poll(() => link.requests, soon).toBe(4)
  expect(await server.send('DBSIZE')).toBe(0)
  expect([client.received, another.received, link.connections]).toEqual(['', '', 2])
  link.restore()
  await client.receives(':1\r\n:2\r\n')
  await another.receives(':1\r\n')
  expect(await server.send('GET', 'key')).toBe('ab')
})

test('while it hangs no reply gets to the client', async () => {
  const client = await connectedClient(link.port)
  client.send('SUBSCRIBE', 'news')
  await client.receives('*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n')
  const direct = await connectedClient(server.port)
  direct.send('SUBSCRIBE', 'news')
  await direct.receives('*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n')
  link.hang()
  await server.send('PUBLISH', 'news', 'one')
  await server.send('PUBLISH', 'news', 'two')
  const news = '*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$3\r\none\r\n*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$3\r\ntwo\r\n'
  await direct.receives(news)
  expect(client.received).toBe('')
  link.restore()
  await client.receives(news)
})

test('more than the link can keep waits with who sends it, and arrives whole and in order', async () => {
  const values = Array.from({ length: 100 }, (_, index) => String.fromCharCode(97 + (index % 26)).repeat(50_000))
  const client = await connectedClient(link.port)
  link.hang()
  for (const value of values) client.send('ECHO', value)
  await expect.poll(() => link.requests, soon).toBeGreaterThan(0)
  link.restore()
  // Again in the middle of it, with replies on their way too.
  await expect.poll(() => client.received.length, soon).toBeGreaterThan(0)
  link.hang()
  link.restore()
  await client.receives(values.map((value) => `$${value.length}\r\n${value}\r\n`).join(''))
  expect(link.requests).toBe(values.length)
})

test('what a client sent into a link that hangs gets to the server although the client is gone', async () => {
  const client = await connectedClient(link.port)
  link.hang()
  client.send('SET', 'key', 'late')
  await expect.poll(() => link.requests, soon).toBe(1)
  client.socket.destroy()
  await client.closed
  expect(await server.send('GET', 'key')).toBe(null)
  link.restore()
  await expect.poll(() => server.send('GET', 'key'), soon).toBe('late')
  await expect.poll(() => link.connections, soon).toBe(0)
})

test('without replies commands take effect, and who lost a reply is reset at the end', async () => {
  const client = await connectedClient(link.port)
  const idle = await connectedClient(link.port)
  link.dropReplies()
  client.send('SET', 'key', 'value')
  await expect.poll(() => server.send('GET', 'key'), soon).toBe('value')
  const direct = await connectedClient(server.port)
  direct.send('PING')
  await direct.receives('+PONG\r\n')
  expect(client.received).toBe('')
  expect(link.connections).toBe(2)
  link.restore()
  await client.closed
  expect(client.received).toBe('')
  idle.send('GET', 'key')
  await idle.receives('$5\r\nvalue\r\n')
})

test.each(['hang', 'restore'] as const)('a reply is lost also if it is late, after %s', async (next) => {
  await using slow = await startRedis()
  await using way = await startLink(slow.port)
  const client = await connectedClient(way.port)
  client.send('PING')
  await client.receives('+PONG\r\n')
  await slow.freeze()
  way.dropReplies()
  client.send('SET', 'key', 'value')
  await expect.poll(() => way.requests, soon).toBe(2)
  way[next]()
  await slow.thaw()
  way.restore()
  await client.closed
  expect(client.received).toBe('')
})

test('what waited while the link hung loses its replies if the link drops them next', async () => {
  const client = await connectedClient(link.port)
  link.hang()
  client.send('SET', 'key', 'value')
  await expect.poll(() => link.requests, soon).toBe(1)
  link.dropReplies()
  await expect.poll(() => server.send('GET', 'key'), soon).toBe('value')
  link.restore()
  await client.closed
  expect(client.received).toBe('')
})

test('the server may be on another host', async () => {
  await using way = await startLink(server.port, 'localhost')
  const client = await connectedClient(way.port)
  client.send('PING')
  await client.receives('+PONG\r\n')
})

test('a client is closed when the server is', async () => {
  await using mortal = await startRedis()
  await using way = await startLink(mortal.port)
  const client = await connectedClient(way.port)
  client.send('PING')
  await client.receives('+PONG\r\n')
  await mortal.kill()
  await client.closed
  await new Client(way.port).closed
  await mortal.restart()
  const another = await connectedClient(way.port)
  another.send('PING')
  await another.receives('+PONG\r\n')
})

test.each(['cut', 'hang', 'dropReplies', 'restore'] as const)(
  'it stops after %s, with its connections',
  async (what) => {
    const client = await connectedClient(link.port)
    const { port } = link
    link[what]()
    await link.stop()
    await link.stop()
    await client.closed
    expect(await isListening(port)).toBe(false)
  },
)

test('a command counts once it is whole, wherever it is cut', async () => {
  const bytes = Buffer.from(commandOf('SET', 'key', '*1\r\n$4\r\nPING\r\n'))
  const client = await connectedClient(link.port)
  link.hang()
  for (const byte of bytes.subarray(0, -1)) client.socket.write(Buffer.of(byte))
  client.socket.write(Buffer.concat([bytes.subarray(-1), Buffer.from(commandOf('PING'))]))
  await expect.poll(() => link.requests, soon).toBe(2)
  link.restore()
  await client.receives('+OK\r\n+PONG\r\n')
  expect(link.requests).toBe(2)
})

test.each([0, 1.5, 65_536, NaN])('there is no link to port %d', async (port) => {
  await expect(startLink(port)).rejects.toThrow(`port takes a whole number from 1 to 65535, but got ${port}`)
})
