import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { findRedis } from '@latchkey/local-redis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cachedFolder } from '../src/cache.ts'
import { freshFolder } from './fresh.ts'
import { end, type Told, usersOfRedis } from './processes.ts'

/** A PATH of one folder, with programs that do what these scripts say. */
function pathWith(programs: Record<string, string>): string {
  const folder = freshFolder()
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  return folder
}

/** A PATH with all that this machine has, but neither servers nor Docker. */
function pathWithoutServers(): string {
  const folder = freshFolder()
  for (const place of (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((one) => isAbsolute(one) && existsSync(one))) {
    for (const name of readdirSync(place).filter((one) => !/^(redis|valkey|docker)/.test(one))) {
      const link = join(folder, name)
      if (!existsSync(link)) symlinkSync(join(place, name), link)
    }
  }
  return folder
}

test('it is found once per process', async () => {
  expect(await findRedis()).toBe(await findRedis())
})

test('where there is nothing, the error tells what was tried and what to install', async () => {
  const explained = findRedis({ PATH: '', XDG_CACHE_HOME: freshFolder() })
  await expect(explained).rejects.toThrow(
    [
      'There is no Redis server to start. Tried in this order:',
      '- redis-server or valkey-server on the PATH: not there',
      "- the system's package redis-server, unpacked without installing it: apt-get is not on the PATH",
      '- the image redis:7-alpine in Docker: docker is not on the PATH',
      'Install one of them: apt-get install redis-server, brew install redis, or Docker.',
    ].join('\n'),
  )
})

test('what fails is told in its own words', async () => {
  const broken = 'echo Oh no >&2; echo it is broken >&2; exit 1'
  const PATH = pathWith({ 'redis-server': broken, 'apt-get': broken, 'dpkg-deb': broken, docker: broken })
  const explained = findRedis({ PATH, XDG_CACHE_HOME: freshFolder() })
  await expect(explained).rejects.toThrow(`on the PATH: ${PATH}/redis-server --version: it is broken\n`)
  await expect(explained).rejects.toThrow(`installing it: ${PATH}/apt-get update: it is broken\n`)
  await expect(explained).rejects.toThrow(`in Docker: ${PATH}/docker info: it is broken\n`)
})

test.each([
  ['redis-server', 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', '7.0.15'],
  ['valkey-server', 'Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', '8.1.1'],
])('%s on the PATH comes first', async (name, says, version) => {
  const PATH = pathWith({ [name]: `echo '${says}'` })
  expect(await findRedis({ PATH: `:relative:${PATH}` })).toEqual({
    source: 'path',
    path: join(PATH, name),
    args: [],
    env: {},
    version,
  })
})

test.each([
  ['two processes that unpack the package at once both get a server', 2, undefined],
  // Its lists take most of the time, and once there the race is the same.
  ['a process gets a server on a machine that has no package lists', 1, 'Dir::State::Lists "/nonexistent";'],
])(
  '%s',
  async (_what, count, apt) => {
    const cache = freshFolder()
    const PATH = pathWithoutServers()
    const environment: Record<string, string> = { PATH, XDG_CACHE_HOME: cache, TMPDIR: freshFolder() }
    if (apt !== undefined) {
      environment['APT_CONFIG'] = join(freshFolder(), 'apt.conf')
      writeFileSync(environment['APT_CONFIG'], apt)
    }
    const users = await usersOfRedis(count, environment)
    const told = users.map((user) => user.told)
    await Promise.all(users.map((user) => end(user.process)))
    if (!readdirSync(PATH).includes('apt-get')) return expectExplained(told)
    const [folder, ...others] = readdirSync(join(cache, 'latchkey'))
    expect(others).toEqual([])
    const path = join(cache, 'latchkey', folder!, 'usr/bin/redis-server')
    for (const one of told) expect(one).toMatchObject({ source: 'package', path, reply: 'PONG' })
    // What is there is used: nobody fetches it again.
    const found = await findRedis({ PATH: '', XDG_CACHE_HOME: cache })
    expect(found).toMatchObject({ source: 'package', path })
  },
  180_000,
)

function expectExplained(told: readonly Told[]): void {
  for (const { failure } of told) expect(failure).toContain('apt-get is not on the PATH')
}

test('the cache is in the home, or among the temporary files if that cannot be written', () => {
  const folder = freshFolder()
  const temporary = freshFolder()
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(cachedFolder('redis', { HOME: folder })).toBe(join(folder, '.cache/latchkey/redis'))
  expect(cachedFolder('redis', { HOME: '/', XDG_CACHE_HOME: folder })).toBe(join(folder, 'latchkey/redis'))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const fallback = cachedFolder('redis', { XDG_CACHE_HOME: file })
  expect(fallback).toMatch(new RegExp(`^${temporary}/latchkey-cache-\\d+/redis$`))
  mkdirSync(fallback)
  expect(cachedFolder('redis', { HOME: folder })).toBe(fallback)
  vi.stubEnv('TMPDIR', file)
  expect(() => cachedFolder('redis', { XDG_CACHE_HOME: file })).toThrow('can be written')
})
