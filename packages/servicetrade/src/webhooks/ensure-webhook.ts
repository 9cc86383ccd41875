import { readOptions, requireOption } from '@latchkey/core'
import type { CallOptions } from '../call-options.ts'
import { ServiceTradeError } from '../errors.ts'
import type { ServiceTradeCalls } from '../service-trade-calls.ts'
import { withoutUrl } from './redact.ts'
import { isAsWanted, registrationKinds, type WebhookRegistration, type WebhookSettings } from './registration.ts'

/** What became of a webhook. Without its URL, which is a secret. */
export interface EnsuredWebhook {
  readonly id: number
  readonly outcome: 'created' | 'updated' | 'unchanged'
}

interface Registered extends Partial<WebhookSettings> {
  readonly id: number
  readonly hookUrl: string
}

type Calls = Pick<ServiceTradeCalls, 'list' | 'post' | 'put' | 'delete'>

/**
 * Makes sure that there is one webhook with that URL, enabled and with those settings: creates or changes it, and
 * deletes others of the same URL, which are what is left when several processes start at once. Can be called at
 * every start: a webhook that is as it should be costs one request. Another URL is another webhook, since the API
 * does not change the URL of one (documented by the vendor); the old one is yours to delete.
 *
 * @throws {ConfigurationError} for an unknown option or a bad value
 * @throws what the client's calls do, without the URL in it
 */
export async function ensureWebhook(
  st: Calls,
  registration: WebhookRegistration,
  options?: CallOptions,
): Promise<EnsuredWebhook> {
  const { hookUrl, includeChangesets, entityEvents } = readOptions('webhook', registration, registrationKinds)
  const url = requireOption('hookUrl', hookUrl, registrationKinds.hookUrl)
  const wanted = { enabled: true, includeChangesets: includeChangesets ?? true, entityEvents: entityEvents ?? null }
  try {
    return await ensure(st, url, wanted, options)
  } catch (error) {
    // Servers quote what they refuse.
    throw error instanceof ServiceTradeError ? withoutUrl(error, url) : error
  }
}

async function ensure(
  st: Calls,
  url: string,
  wanted: WebhookSettings,
  options: CallOptions | undefined,
): Promise<EnsuredWebhook> {
  let found = await find(st, url, options)
  let created: Partial<Registered> | null | undefined
  if (found.length === 0) {
    created = await st.post<Partial<Registered> | null>('/webhook', { hookUrl: url, ...wanted }, options)
    // Another process may have created one meanwhile. All of them look again, and all keep the same one.
    found = await find(st, url, options)
  }
  const [kept = checked(created), ...surplus] = found
  let outcome: EnsuredWebhook['outcome'] = kept.id === created?.id ? 'created' : 'unchanged'
  if (!isAsWanted(kept, wanted)) {
    await st.put(`/webhook/${kept.id}`, wanted, options)
    if (outcome === 'unchanged') outcome = 'updated'
  }
  for (const { id } of surplus) {
    await st.delete(`/webhook/${id}`, options).catch((error: unknown) => {
      // Another process was first.
      if (!(error instanceof ServiceTradeError) || error.status !== 404) throw error
    })
  }
  return { id: kept.id, outcome }
}

/** What the API says that it created, while it does not list it. */
function checked(created: Partial<Registered> | null | undefined): Pick<Registered, 'id'> & Partial<Registered> {
  const { id } = created ?? {}
  if (id !== undefined) return { ...created, id }
  const summary = 'with no webhook, and there is none of that URL in the list'
  throw new ServiceTradeError({ status: 200, method: 'POST', path: '/webhook', summary })
}

/** Those of that URL, oldest first. */
async function find(st: Calls, url: string, options: CallOptions | undefined): Promise<Registered[]> {
  const found: Registered[] = []
  for await (const one of st.list<Registered>('/webhook', {}, options)) {
    if (URL.parse(one.hookUrl)?.href === url) found.push(one)
  }
  return found.toSorted((a, b) => a.id - b.id)
}
