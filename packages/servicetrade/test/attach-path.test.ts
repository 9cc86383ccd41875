import { randomBytes } from 'node:crypto'
import { symlinkSync } from 'node:fs'
import { mkdtemp, readdir, readlink, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AttachFile, ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { describe, expect, test } from 'vitest'
import { collect, rejection, startClient } from './support/client.ts'
import { json, startLoggedIn } from './support/scripted.ts'
import { type Attachment, during, md5, params } from './support/uploads.ts'

const bytes = randomBytes(3_000_000)
/** More than fits the buffers between a client that sends and a server that does not read. */
const long = 60_000_000

async function inFolder(work: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-attach-'))
  try {
    const path = join(folder, 'report.bin')
    await writeFile(path, bytes)
    await utimes(path, 1e9, 1e9)
    await work(path, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function descriptors(path: string): Promise<number> {
  const all = await readdir('/proc/self/fd')
  const targets = await Promise.all(all.map((one) => readlink(`/proc/self/fd/${one}`).catch(() => '')))
  return targets.filter((target) => target === path || target === `${path} (deleted)`).length
}

describe('an upload by path', () => {
  const ways: [string, (path: string) => string | URL][] = [
    ['an absolute path', (path) => path],
    ['a relative path', (path) => relative(process.cwd(), path)],
    ['a URL', (path) => pathToFileURL(path)],
  ]
  test.each(ways)('takes %s, and the name from it', async (_way, toPath) => {
    await inFolder(async (path) => {
      await using client = await startClient()
      const made = await client.st.attach(params, { path: toPath(path) })
      const fileType = 'application/octet-stream'
      expect(made).toMatchObject({ checksum: md5(bytes), fileName: 'report.bin', fileType })
      await expect.poll(() => descriptors(path)).toBe(0)
    })
  })

  test('has the name and type that it is given', async () => {
    await inFolder(async (path) => {
      await using client = await startClient()
      const file = { path, filename: 'a.png', contentType: 'image/png' }
      expect(await client.st.attach(params, file)).toMatchObject({ fileName: 'a.png', fileType: 'image/png' })
    })
  })

  test('tells its length', async () => {
    await inFolder(async (path) => {
      await writeFile(path, 'of ASCII only')
      await using api = await startLoggedIn((_request, response) => json(response, 200, { data: {} }))
      await using st = new ServiceTrade({ ...defaultUser, baseUrl: api.url })
      await st.attach(params, { path })
      const { headers, body } = api.received.find(({ url }) => url === '/api/attachment')!
      expect(headers['content-length']).toBe(String(body.length))
      expect(headers).not.toHaveProperty('transfer-encoding')
    })
  })

  test('of an empty file arrives empty', async () => {
    await inFolder(async (path) => {
      await truncate(path)
      await using client = await startClient()
      const made = await client.st.attach<Attachment>(params, { path })
      expect(made.checksum).toBe(md5(new Uint8Array()))
    })
  })

  test('is sent again whole when the session ends under it', async () => {
    await inFolder(async (path) => {
      await using client = await startClient()
      await client.st.get('/job/1')
      const made = await during(
        client.api,
        () => client.st.attach(params, { path }),
        () => client.api.resetSessions(),
      )
      expect(made).toMatchObject({ checksum: md5(bytes) })
      expect(client.api.counters).toMatchObject({ logins: 2, rejected: 1 })
      expect(await collect(client.st.list('/attachment', params))).toHaveLength(1)
      await expect.poll(() => descriptors(path)).toBe(0)
    })
  })

  test('is sent again after a 429', async () => {
    await inFolder(async (path) => {
      await using client = await startClient({ serverTimeBudget: { limit: 10, refill: 6_000, cost: 100 } })
      await client.st.get('/job/1')
      const made = await client.st.attach<Attachment>(params, { path })
      expect(made.checksum).toBe(md5(bytes))
      expect(client.api.counters.overBudget).toBe(1)
      await expect.poll(() => descriptors(path)).toBe(0)
    })
  })

  test('opens nothing before there is a session', async () => {
    await inFolder(async (path) => {
      await using client = await startClient()
      client.api.faults.denyLogins = true
      const hold = client.api.hold('login')
      const outcome = rejection(client.st.attach(params, { path }))
      await hold.arrived()
      expect(await descriptors(path)).toBe(0)
      hold.release()
      expect(await outcome).toMatchObject({ code: 'LOGIN_REFUSED' })
      expect(await descriptors(path)).toBe(0)
    })
  })

  test('closes its file when it is aborted half-way', async () => {
    await inFolder(async (path) => {
      await truncate(path, long)
      await using client = await startClient()
      await client.st.get('/job/1')
      const hold = client.api.hold('request')
      const controller = new AbortController()
      const outcome = rejection(client.st.attach(params, { path }, { signal: controller.signal }))
      await hold.arrived()
      expect(await descriptors(path)).toBe(1)
      controller.abort(new Error('enough'))
      expect(await outcome).toMatchObject({ message: 'enough' })
      await expect.poll(() => descriptors(path)).toBe(0)
      hold.release()
    })
  })
})

describe('a file that changes', () => {
  const changes: [string, (path: string) => Promise<unknown>][] = [
    ['gets shorter', (path) => truncate(path, 1_000)],
    ['gets longer', (path) => truncate(path, long + 1)],
    ['is written to', (path) => utimes(path, 2e9, 2e9)],
  ]
  test.each(changes)('and %s while it is sent rejects, and nothing is stored', async (_how, change) => {
    await inFolder(async (path) => {
      await truncate(path, long)
      await using client = await startClient()
      await client.st.get('/job/1')
      const upload = during(
        client.api,
        () => client.st.attach(params, { path }),
        () => change(path),
      )
      expect(await rejection(upload)).toMatchObject({ code: 'CONFIGURATION', option: 'path' })
      await expect.poll(() => descriptors(path)).toBe(0)
      expect(await collect(client.st.list('/attachment', params))).toEqual([])
      expect(await client.st.get('/job/1')).toMatchObject({ id: 1 })
    })
  })

  const between: [string, (path: string) => Promise<unknown>, object][] = [
    ['vanishes', (path) => rm(path), { cause: { code: 'ENOENT' } }],
    ['gets shorter', (path) => replace(path, bytes.subarray(1)), {}],
    ['gets longer', (path) => replace(path, Buffer.concat([bytes, bytes])), {}],
  ]
  test.each(between)('and %s before it is sent again rejects, and nothing is stored', async (_how, change, more) => {
    await inFolder(async (path) => {
      await using client = await startClient()
      await client.st.get('/job/1')
      const upload = during(
        client.api,
        () => client.st.attach(params, { path }),
        async () => {
          await change(path)
          client.api.resetSessions()
        },
      )
      expect(await rejection(upload)).toMatchObject({ code: 'CONFIGURATION', option: 'path', ...more })
      await expect.poll(() => descriptors(path)).toBe(0)
      expect(await collect(client.st.list('/attachment', params))).toEqual([])
    })
  })

  test('as a whole, and to one as long, is sent again as it is by then', async () => {
    await inFolder(async (path) => {
      await using client = await startClient()
      await client.st.get('/job/1')
      const other = randomBytes(bytes.length)
      const made = await during(
        client.api,
        () => client.st.attach(params, { path }),
        async () => {
          await replace(path, other)
          client.api.resetSessions()
        },
      )
      expect(made).toMatchObject({ checksum: md5(other) })
    })
  })
})

/** As careful programs write: who reads the file already has the old one. */
async function replace(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}

describe('a path', () => {
  const wrong: [string, (path: string, folder: string) => object, object][] = [
    ['of nothing', (path) => ({ path: `${path}.pdf` }), { option: 'path', cause: { code: 'ENOENT' } }],
    ['below a file', (path) => ({ path: join(path, 'a') }), { option: 'path', cause: { code: 'ENOTDIR' } }],
    ['of a folder', (_path, folder) => ({ path: folder }), { option: 'path' }],
    ['of a device', () => ({ path: '/dev/null' }), { option: 'path' }],
    ['that leads round', (path) => ({ path: roundabout(path) }), { option: 'path', cause: { code: 'ELOOP' } }],
    [
      'with a zero byte',
      (path) => ({ path: `${path}\0` }),
      { option: 'path', cause: { code: 'ERR_INVALID_ARG_VALUE' } },
    ],
    ['that is empty', () => ({ path: '' }), { option: 'path' }],
    ['that is a web URL', () => ({ path: new URL('https://example.com/a.pdf') }), { option: 'path' }],
    ['that is the URL of another host', () => ({ path: new URL('file://host/a.pdf') }), { option: 'path' }],
    ['beside a value', (path) => ({ path, value: bytes, filename: 'a' }), { option: 'path' }],
    ['left out, as the value is,', () => ({ filename: 'a.bin' }), { option: 'value' }],
    ['that has no name', () => ({ path: '/' }), { option: 'filename' }],
  ]
  test.each(wrong)('%s is a ConfigurationError, and nobody logs in', async (_what, make, error) => {
    await inFolder(async (path, folder) => {
      await using client = await startClient()
      const upload = client.st.attach(params, make(path, folder) as AttachFile)
      expect(await rejection(upload)).toMatchObject({ code: 'CONFIGURATION', ...error })
      expect(client.api.counters.loginAttempts).toBe(0)
    })
  })
})

function roundabout(path: string): string {
  symlinkSync(`${path}.link`, `${path}.link`)
  return `${path}.link`
}
