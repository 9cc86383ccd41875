import { kinds, readOptions, requireOption } from '@latchkey/core'
import { type PageSource, readItems } from './pages.ts'

/**
 * The items of all pages of a list. Each iteration starts anew. While one page is gone through the next is fetched,
 * from the second item on; no more than two are in memory.
 */
export interface List<T> extends AsyncIterable<T> {
  /**
   * Resolves to the items as an array, `limit` of them at most; no page is asked for that holds none of these.
   *
   * @throws {ConfigurationError} without a limit
   */
  toArray(options: { /** How many items there may be, 1 or more. */ limit: number }): Promise<T[]>
}

const arrayKinds = { limit: kinds.wholeNumber({ min: 1 }) }

export class PagedList implements List<unknown> {
  readonly #source: PageSource

  constructor(source: PageSource) {
    this.#source = source
  }

  async toArray(options: { limit: number }): Promise<unknown[]> {
    const limit = requireOption('limit', readOptions('toArray', options, arrayKinds).limit, arrayKinds.limit)
    const items: unknown[] = []
    for await (const item of readItems(this.#source, limit)) items.push(item)
    return items
  }

  [Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    return readItems(this.#source)
  }
}
