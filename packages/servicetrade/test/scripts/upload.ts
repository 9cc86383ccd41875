// Run as a process of its own, with a channel to its parent: `upload.ts <base URL> <size> <file of the same bytes>`.
// Uploads the bytes twice and prints, as JSON, what came of it and how much memory that took.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AttachFile, ServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { blocks, params } from '../support/uploads.ts'

export interface UploadFigures {
  /** md5 of what was sent, and as the server has it. */
  readonly sent: string
  readonly stored: string
  /** How far the resident set grew beyond what it was just before, bytes. */
  readonly growth: number
}

const [, , baseUrl = '', size = '', path = ''] = process.argv
const options = { ...defaultUser, baseUrl, store: new MemoryTokenStore() }

/** Tells the parent how far this is, and waits until it has set the server up for what follows. */
const turn = async (name: string): Promise<void> => {
  process.send!(name)
  await once(process, 'message')
}

async function measured(work: () => Promise<unknown>): Promise<number> {
  const { rss } = process.memoryUsage
  const peakSoFar = process.resourceUsage().maxRSS
  const before = rss()
  let peak = before
  const sampling = setInterval(() => {
    peak = Math.max(peak, rss())
  }, 2)
  await work()
  clearInterval(sampling)
  // The kernel's own figure has no gaps, but tells of this work only if it has grown.
  const { maxRSS } = process.resourceUsage()
  return Math.max(peak, rss(), maxRSS > peakSoFar ? maxRSS * 1024 : 0) - before
}

async function upload(st: ServiceTrade, file: AttachFile, sent: () => string): Promise<UploadFigures> {
  let stored = ''
  const growth = await measured(async () => {
    const made = await st.attach<{ checksum: string }>(params, file)
    stored = made.checksum
  })
  return { sent: sent(), stored, growth }
}

function generated(bytes: number) {
  const hash = createHash('md5')
  async function* generate() {
    for (const block of blocks(bytes)) {
      hash.update(block)
      yield block
    }
  }
  return { value: generate(), sent: () => hash.digest('hex') }
}

const warm = generated(4_000_000)
const first = new ServiceTrade(options)
await first.attach(params, { value: warm.value, filename: 'warm.bin' })
await first.attach(params, { path: new URL(import.meta.url), filename: 'warm.ts' })

await turn('stream')
// Another client, which has the session of the first and no proof that it works.
const st = new ServiceTrade(options)
const { value, sent } = generated(Number(size))
const stream = await upload(st, { value, filename: 'stream.bin' }, sent)

await turn('path')
const file = await upload(st, { path }, () => stream.sent)

process.stdout.write(JSON.stringify({ stream, path: file }))
await Promise.all([first.close(), st.close()])
process.disconnect()
