import { isRecord } from '../envelope.ts'
import { ServiceTradeError } from '../errors.ts'
import { itemsOf } from './items.ts'

/** A few may be empty where items went away meanwhile. More, and `totalPages` is not to be believed. */
const mostEmptyPages = 100

export interface PageSource {
  readonly path: string
  readonly firstPage: number
  readonly signal: AbortSignal | undefined
  fetchPage(page: number, signal: AbortSignal): Promise<unknown>
}

/**
 * Asks for the pages of a list as their items are wanted, and for the next one already while the present one is gone
 * through: from its second item on, so that whoever wants just one causes no second request.
 *
 * @param limit how many items are wanted at most
 */
export function readItems(source: PageSource, limit = Number.POSITIVE_INFINITY): AsyncGenerator<unknown, void> {
  const leaving = new AbortController()
  const items = walk(source, limit, leaving)
  // A generator would see to the end of a page that is under way before it lets anybody leave.
  for (const name of ['return', 'throw'] as const) {
    const leave = items[name].bind(items) as (given: unknown) => Promise<IteratorResult<unknown, void>>
    items[name] = (given: unknown) => {
      leaving.abort()
      return leave(given)
    }
  }
  return items
}

async function* walk(
  { path, firstPage, signal, fetchPage }: PageSource,
  limit: number,
  leaving: AbortController,
): AsyncGenerator<unknown, void> {
  const either = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal])
  let taken = 0
  let emptyPages = 0
  let ahead: Promise<unknown> | undefined
  try {
    for (let page = firstPage, last = firstPage; page <= last; page += 1) {
      const data = await (ahead ?? fetchPage(page, either))
      ahead = undefined
      // Read anew from each page: lists grow and shrink meanwhile. Without it there is nothing to go on.
      last = isRecord(data) ? Number(data['totalPages'] ?? page) : page
      const items = itemsOf(data, path)
      emptyPages = items.length === 0 ? emptyPages + 1 : 0
      if (emptyPages === mostEmptyPages) {
        const summary = `with ${mostEmptyPages} empty pages one after the other`
        throw new ServiceTradeError({ status: 200, method: 'GET', path, summary })
      }
      const isEnough = taken + items.length >= limit
      for (const [index, item] of items.entries()) {
        signal?.throwIfAborted()
        if (index === 1 && page < last && !isEnough) {
          ahead = fetchPage(page + 1, either)
          // Told when the consumer gets there, if ever.
          ahead.catch(() => {})
        }
        yield item
        taken += 1
        if (taken === limit) return
      }
    }
  } catch (error) {
    if (error !== leaving.signal.reason) throw error
  } finally {
    leaving.abort()
  }
}
