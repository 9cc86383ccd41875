import { type ServiceTradeCalls, ServiceTradeError } from '@latchkey/servicetrade'
import type { Entity } from '../database/records.ts'
import { toApiFailure } from './api-failure.ts'
import { pageSize, type Resource } from './resources.ts'

export interface Page {
  readonly items: readonly Entity[]
  /** The last one may be empty. */
  readonly isLast: boolean
}

/** What is asked of one account's ServiceTrade. */
export class AccountApi {
  readonly #st: ServiceTradeCalls

  constructor(st: ServiceTradeCalls) {
    this.#st = st
  }

  /** The pages of a list from `page` on, each asked for when the one before is done with. */
  async *pages(
    { path, everything }: Resource,
    { since = null, page = 1 }: { since?: number | null; page?: number } = {},
  ): AsyncGenerator<Page, void> {
    const query = { ...everything, updatedAfter: since ?? undefined, limit: pageSize, page }
    try {
      yield* inPages(this.#st.list<Entity>(path, query))
    } catch (error) {
      throw toApiFailure(error)
    }
  }

  /** `undefined` if it is no longer there, or not ours to see. */
  async find({ path }: Resource, id: number): Promise<Entity | undefined> {
    try {
      return await this.#st.get<Entity>(`${path}/${id}`)
    } catch (error) {
      if (error instanceof ServiceTradeError && error.status === 404) return undefined
      throw toApiFailure(error)
    }
  }
}

/** The list asks for a page when the first item of it is wanted, so that what is full was answered as a whole. */
async function* inPages(list: AsyncIterable<Entity>): AsyncGenerator<Page, void> {
  let items: Entity[] = []
  for await (const item of list) {
    items.push(item)
    if (items.length < pageSize) continue
    yield { items, isLast: false }
    items = []
  }
  yield { items, isLast: true }
}
