// Opens the store in a process of its own: node use-store.ts <action> <path> [name=value ...]
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FileTokenStore } from '@latchkey/store-file'

const [action, path, ...settings] = process.argv.slice(2) as [keyof typeof actions, string, ...string[]]
const { umask, uid, wait } = Object.fromEntries(settings.map((setting) => setting.split('='))) as Record<string, string>

const events: unknown[] = []
subscribe('latchkey:store', (event) => events.push(event))

const actions = {
  /** Creates the document that all processes are after, and reads who did. */
  async create() {
    const store = new FileTokenStore({ path })
    const version = await store.set('key', String(process.pid), undefined)
    return { created: version !== false, creator: (await store.get('key'))?.state, events }
  },
  async use() {
    const store = new FileTokenStore({ path })
    const before = await store.get('key')
    await store.set('key', 'state', before?.version)
    return { before: before?.state, events }
  },
  async modes() {
    const store = new FileTokenStore({ path })
    await store.set('key', 'state', undefined)
    const folder = dirname(path)
    return {
      '.': mode(folder),
      ...Object.fromEntries(readdirSync(folder).map((name) => [name, mode(join(folder, name))])),
    }
  },
  /** Writes documents until there is no room for more. */
  async fill() {
    // The default would end the process.
    process.on('SIGXFSZ', () => undefined)
    const store = new FileTokenStore({ path })
    const written: string[] = []
    const refusal = await writeEndlessly(store, written).catch((error: unknown) => error)
    const first = await store.get('key 0')
    return { written, refusal: describeError(refusal), first: first?.state }
  },
}

async function writeEndlessly(store: FileTokenStore, written: string[]): Promise<void> {
  for (let n = 0; n < 1_000; n++) {
    await store.set(`key ${n}`, `key ${n}`.repeat(2_000), undefined)
    written.push(`key ${n}`)
  }
}

function mode(file: string): string {
  return (statSync(file).mode & 0o777).toString(8)
}

function describeError(error: unknown): object {
  const { name, message, code, option, cause } = error as Record<string, unknown>
  return { name, message, code, option, cause: cause === undefined ? undefined : String(cause) }
}

if (umask) process.umask(parseInt(umask, 8))
if (uid) {
  process.setgroups!([])
  process.setgid!(Number(uid))
  process.setuid!(Number(uid))
}
if (wait) {
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
}
const outcome = await actions[action]().catch((error: unknown) => ({ error: describeError(error) }))
process.stdout.write(JSON.stringify(outcome))
process.exit()
