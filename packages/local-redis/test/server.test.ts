import { readdirSync } from 'node:fs'
import { ConfigurationError, startRedis } from '@latchkey/local-redis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectedClient, isListening } from './client.ts'
import { freshFolder } from './fresh.ts'
import { isAlive, usersOfRedis } from './processes.ts'

test('a server starts, and answers with strings, numbers, arrays and nothing', async () => {
  await using server = await startRedis()
  expect(server.url).toBe(`redis://127.0.0.1:${server.port}`)
  expect(await server.send('PING')).toBe('PONG')
  expect(await server.send('SET', 'key', 'Grüße\r\n')).toBe('OK')
  expect(await server.send('GET', 'key')).toBe('Grüße\r\n')
  expect(await server.send('INCR', 'count')).toBe(1)
  expect(await server.send('MGET', 'count', 'none')).toEqual(['1', null])
  await expect(server.send('NONSENSE')).rejects.toThrow("unknown command 'NONSENSE'")
})

test('a reply that comes in many pieces is put together', async () => {
  await using server = await startRedis()
  const value = 'x'.repeat(3_000_000)
  await server.send('SET', 'key', value)
  expect(await server.send('GET', 'key')).toBe(value)
})

test('it keeps nothing on disk', async () => {
  await using server = await startRedis()
  expect(await server.send('CONFIG', 'GET', 'save')).toEqual(['save', ''])
  expect(await server.send('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no'])
})

test('nothing is answered while it is frozen, and everything once it thaws', async () => {
  await using server = await startRedis()
  await using other = await startRedis()
  await server.freeze()
  let answered = false
  const answer = server.send('PING').finally(() => (answered = true))
  // Each of these takes as long as an answer of the frozen one would.
  for (let time = 0; time < 20; time++) await other.send('PING')
  expect(answered).toBe(false)
  await server.thaw()
  expect(await answer).toBe('PONG')
})

test('a killed one closes its connections, refuses others, and is neither frozen nor thawed', async () => {
  await using server = await startRedis()
  const client = await connectedClient(server.port)
  await server.kill()
  await client.closed
  await expect(server.send('PING')).rejects.toThrow('ECONNREFUSED')
  await expect(server.freeze()).rejects.toThrow(`the server on port ${server.port} is not running`)
  await expect(server.thaw()).rejects.toThrow(`the server on port ${server.port} is not running`)
  await server.kill()
})

test.each([
  ['killed', 'kill'],
  ['frozen', 'freeze'],
  ['running', 'thaw'],
] as const)('a %s one starts again on its port, empty', async (_what, before) => {
  await using server = await startRedis()
  const { port, pid } = server
  await server.send('SET', 'key', 'value')
  await server[before]()
  await server.restart()
  expect(await server.send('GET', 'key')).toBe(null)
  expect(server.port).toBe(port)
  expect(server.pid).not.toBe(pid)
})

test('one that is told to keep data has them after a restart', async () => {
  await using server = await startRedis({ config: { appendonly: 'yes', appendfsync: 'always' } })
  await server.send('SET', 'key', 'value')
  await server.restart()
  expect(await server.send('GET', 'key')).toBe('value')
})

test('servers that start at once get ports of their own', async () => {
  const servers = await Promise.all([startRedis(), startRedis(), startRedis()])
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))))
  expect(new Set(servers.map(({ port }) => port)).size).toBe(3)
  await Promise.all(servers.map(({ port }, index) => servers[index]!.send('SET', 'port', String(port))))
  for (const server of servers) expect(await server.send('GET', 'port')).toBe(String(server.port))
})

test.each(['running', 'frozen', 'killed'])('a %s one is stopped, its files go, and once is enough', async (state) => {
  const folder = freshFolder()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const server = await startRedis()
  expect(readdirSync(folder)).toHaveLength(1)
  if (state === 'frozen') await server.freeze()
  if (state === 'killed') await server.kill()
  await server.stop()
  await server.stop()
  expect(await isListening(server.port)).toBe(false)
  expect(isAlive(server.pid)).toBe(false)
  expect(readdirSync(folder)).toEqual([])
  await expect(server.restart()).rejects.toThrow('was stopped for good')
})

test('a server dies with the process that started it, also a frozen one, and leaves no files', async () => {
  const folder = freshFolder()
  const [user] = await usersOfRedis(1, { TMPDIR: folder })
  const { port, pid } = user!.told
  process.kill(pid!, 'SIGSTOP')
  user!.process.kill('SIGKILL')
  await expect.poll(() => isAlive(pid!), { timeout: 10_000 }).toBe(false)
  expect(await isListening(port!)).toBe(false)
  await expect.poll(() => readdirSync(folder), { timeout: 10_000 }).toEqual([])
})

test('directives change how it runs', async () => {
  await using server = await startRedis({ config: { maxmemory: '2mb', 'client-output-buffer-limit': 'normal 1 2 3' } })
  expect(await server.send('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', '2097152'])
})

test('a server with a password asks everybody but its owner', async () => {
  await using server = await startRedis({ config: { requirepass: 'sesame' } })
  expect(await server.send('PING')).toBe('PONG')
  const client = await connectedClient(server.port)
  client.send('PING')
  await client.receives('-NOAUTH Authentication required.\r\n')
  expect(server.url).not.toContain('sesame')
})

test('a port that is taken is told, and the server that has it stays as it is', async () => {
  await using server = await startRedis()
  await server.send('SET', 'key', 'value')
  await expect(startRedis({ port: server.port })).rejects.toThrow(`port ${server.port} of 127.0.0.1 is taken`)
  expect(await server.send('GET', 'key')).toBe('value')
})

test('what keeps a server from starting is told in the words of its log', async () => {
  await expect(startRedis({ config: { nonsense: 'yes' } })).rejects.toThrow(/does not start[^]*nonsense/)
})

test.each([
  [{ port: 0 }, 'port takes a whole number from 1 to 65535, but got 0'],
  [{ config: { port: '1' } }, "config.port takes no value: it is set already, but got '1'"],
  [{ config: { 'a\nb': '1' } }, 'config takes names of directives'],
  [{ config: { requirepass: 'one\ntwo' } }, 'config.requirepass takes a string of one line, but got a string'],
])('the options %j are refused', async (options, message) => {
  const start = startRedis(options)
  await expect(start).rejects.toThrow(ConfigurationError)
  await expect(start).rejects.toThrow(message)
})
