import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ensureWebhook, ServiceTrade, WebhookInbox } from '@latchkey/servicetrade'
import { FileTokenStore } from '@latchkey/store-file'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { openDatabase } from './database.ts'
import { fetchJobs } from './fetch-jobs.ts'
import { Jobs } from './jobs.ts'
import { Journal } from './journal.ts'
import { keepResuming, resume } from './resuming.ts'

/** A job is entity type 3. */
const jobEvents = { entityType: 3, actions: ['created', 'updated', 'deleted'] } as const

export type ServiceConfig = Config & { readonly account: NonNullable<Config['account']> }

export interface Service {
  readonly address: string
  close(): Promise<void>
}

/**
 * Starts receiving. `say` is told what happens, a line at a time. Rejects, with nothing left open, if it cannot listen or
 * the webhook cannot be registered.
 */
export async function startService(config: ServiceConfig, say: (line: string) => void): Promise<Service> {
  const closers: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    return { address: await open(config, say, closers), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  { account, folder, port, publicUrl, secret }: ServiceConfig,
  say: (line: string) => void,
  closers: (() => unknown)[],
): Promise<string> {
  const database = openDatabase(folder)
  closers.push(() => database.close())
  const journal = new Journal(database)
  const jobs = new Jobs(database)

  // On disk, a restart goes on with the session that there is instead of logging in once more.
  const store = folder === undefined ? undefined : new FileTokenStore({ path: join(folder, 'sessions.db') })
  closers.push(() => store?.close())
  const st = new ServiceTrade({ ...account, store })
  closers.push(() => st.close())

  const inbox = new WebhookInbox({
    accept: (message) => journal.add(message),
    handle: async (message, { signal }) => {
      for (const id of await fetchJobs(message, { st, jobs, signal })) say(`Fetched job ${id}`)
      journal.finish(message)
    },
    onError: (error, { messageId }) => say(`Message ${messageId} is left for later: ${String(error)}`),
  })
  // What is not done by then is in the journal.
  closers.push(() => inbox.close({ timeout: 5_000 }))

  const server = createServer(createApp({ st, inbox, jobs, secret })).listen(port, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  say(`Listening on ${address}`)

  await resume(journal, inbox)
  closers.push(keepResuming(journal, inbox, say))
  const hookUrl = `${publicUrl ?? address}/webhooks/${secret}`
  const { outcome } = await ensureWebhook(st, { hookUrl, entityEvents: [jobEvents] })
  say(`Webhook ${outcome}`)
  return address
}
