import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '@latchkey/servicetrade-emulator'
import { expect, test } from 'vitest'
import type { UploadFigures } from './scripts/upload.ts'
import { blocks } from './support/uploads.ts'

const size = 100_000_000
const limit = 80_000_000

test('uploads of 100 MB arrive whole though their sessions end, and are never in memory as a whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-attach-'))
  const api = await startEmulator()
  const path = join(folder, 'file.bin')
  const child = fork(fileURLToPath(new URL('scripts/upload.ts', import.meta.url)), [api.url, String(size), path], {
    execArgv: ['--conditions=latchkey-source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  try {
    const closed = once(child, 'close')
    const said = Promise.all([text(child.stdout!), text(child.stderr!)])
    const turn = async () => {
      const [name] = await Promise.race([
        once(child, 'message'),
        closed.then(async () => {
          throw new Error(`it ended early: ${(await said)[1]}`)
        }),
      ])
      return name as string
    }
    const first = turn()
    await writeFile(path, blocks(size))

    expect(await first).toBe('stream')
    api.resetSessions()
    const second = turn()
    child.send('go')

    expect(await second).toBe('path')
    const hold = api.hold('request', { limit: 1 })
    child.send('go')
    await hold.arrived()
    api.resetSessions()
    hold.release()

    await closed
    const [out, errors] = await said
    expect(errors).toBe('')
    const { stream, path: byPath } = JSON.parse(out) as Record<'stream' | 'path', UploadFigures>
    expect(stream.stored).toBe(stream.sent)
    expect(byPath.stored).toBe(byPath.sent)
    expect(byPath.sent).toBe(stream.sent)
    expect(api.counters).toMatchObject({ logins: 3, rejected: 1 })
    expect(stream.growth).toBeLessThan(limit)
    expect(byPath.growth).toBeLessThan(limit)
  } finally {
    child.kill('SIGKILL')
    await api.close()
    await rm(folder, { recursive: true })
  }
})
