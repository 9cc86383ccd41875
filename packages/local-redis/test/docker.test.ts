import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedis, startRedis, startSentinel } from '@latchkey/local-redis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isListening } from './client.ts'
import { isAlive, usersOfRedis } from './processes.ts'

// A `docker` that runs the server that this machine has, with the arguments that it would run in a container, and
// keeps its calls. What it cannot show is that an engine takes its own options.
const folder = mkdtempSync(join(tmpdir(), 'latchkey-docker-'))
const calls = (): string => readFileSync(join(folder, 'calls'), 'utf8')

beforeAll(async () => {
  const real = await findRedis({ ...process.env })
  mkdirSync(join(folder, 'bin'))
  const docker = join(folder, 'bin/docker')
  const libraries = real.env['LD_LIBRARY_PATH'] ?? ''
  writeFileSync(docker, real.source === 'docker' ? throughTo(real.path) : inPlaceOf(real.path, libraries))
  chmodSync(docker, 0o755)
  vi.stubEnv('PATH', join(folder, 'bin'))
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const throughTo = (docker: string): string => `#!/bin/sh
echo "$*" >> '${folder}/calls'
exec '${docker}' "$@"
`

const inPlaceOf = (server: string, libraries: string): string => `#!/bin/sh
echo "$*" >> '${folder}/calls'
case $1 in
kill)
  read -r pid < "${folder}/$3" && kill -s "\${2#--signal=SIG}" "$pid"
  ;;
run)
  name=unnamed
  while [ "$1" != redis:7-alpine ]; do
    if [ "$1" = --name ]; then name=$2; fi
    shift
  done
  shift 2
  echo $$ > "${folder}/$name"
  LD_LIBRARY_PATH='${libraries}' exec '${server}' "$@"
  ;;
esac
`

test('a server runs in a container of its own, with this user and the network of the host', async () => {
  expect(await findRedis()).toMatchObject({ source: 'docker', args: ['redis:7-alpine', 'redis-server'] })
  await using server = await startRedis()
  expect(await server.send('PING')).toBe('PONG')
  expect(calls()).toMatch(
    /^run --rm --network host --name latchkey-\S+ --user \d+:\d+ --volume (\S+):\1 redis:7-alpine redis-server \1\/redis.conf$/m,
  )
})

test('it is frozen, thawed, killed, restarted and stopped through Docker', async () => {
  const server = await startRedis()
  await using other = await startRedis()
  await server.send('SET', 'key', 'value')
  await server.freeze()
  let answered = false
  const answer = server.send('GET', 'key').finally(() => (answered = true))
  for (let time = 0; time < 20; time++) await other.send('PING')
  expect(answered).toBe(false)
  await server.thaw()
  expect(await answer).toBe('value')
  await server.kill()
  expect(await isListening(server.port)).toBe(false)
  await server.restart()
  expect(await server.send('GET', 'key')).toBe(null)
  await server.freeze()
  await server.stop()
  await server.stop()
  expect(await isListening(server.port)).toBe(false)
  for (const signal of ['SIGSTOP', 'SIGCONT', 'SIGKILL']) expect(calls()).toContain(`kill --signal=${signal} latchkey-`)
})

test('sentinels find their configuration in the container', async () => {
  await using redis = await startSentinel()
  expect(await redis.primary()).toBe(redis.servers[0])
})

test('the container dies with the process that started it', async () => {
  const [user] = await usersOfRedis(1, { TMPDIR: folder })
  const { pid, port, source } = user!.told
  expect(source).toBe('docker')
  const before = calls().length
  user!.process.kill('SIGKILL')
  await expect.poll(() => isAlive(pid!), { timeout: 10_000 }).toBe(false)
  expect(await isListening(port!)).toBe(false)
  expect(calls().slice(before)).toMatch(/^kill --signal=SIGKILL latchkey-\S+$/m)
})
