// Run as a process of its own: `calls.ts <base URL> <user's name> <password>`. Prints, as JSON, after which call
// Node's own fetch was there, if after any.
import { ServiceTrade } from '@latchkey/servicetrade'

const [baseUrl = '', username = '', password = ''] = process.argv.slice(2)
const st = new ServiceTrade({ username, password, baseUrl })
const job = new URL('/api/job/1', baseUrl)
const on = { entityType: 3, entityId: 1 }

const calls: Record<string, () => Promise<unknown>> = {
  'session.fetch, the first': () => st.session.fetch(job),
  'session.fetch with a body': () => st.session.fetch(job, { method: 'PUT', body: '{}' }),
  get: () => st.get('/job/1'),
  post: () => st.post('/comment', { ...on, content: 'Done.' }),
  list: () => st.list('/job').toArray({ limit: 10_000 }),
  attach: () => st.attach({ ...on, purposeId: 7 }, { value: Buffer.from('bytes'), filename: 'file.txt' }),
  logout: () => st.logout(),
}

const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] }
let culprit = 'none'
for (const [name, call] of Object.entries(calls)) {
  await call()
  if (culprit === 'none' && moduleLoadList.includes('NativeModule internal/deps/undici/undici')) culprit = name
}
await st.close()
// Knows it if it is there.
const isKnown = typeof FormData === 'function' && moduleLoadList.includes('NativeModule internal/deps/undici/undici')
process.stdout.write(JSON.stringify({ culprit, isKnown }))
