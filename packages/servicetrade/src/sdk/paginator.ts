export interface PaginatorOptions {
  /** Query parameters beside `page`. Default: none. */
  params?: Record<string, any> | undefined
}

/** What pages are asked of: a `ServicetradeClient`, say. */
interface PageSource {
  get(path: string, params?: Record<string, any>): Promise<any>
}

/** The items of all pages of a list. Each page is asked for when its items are wanted. */
export class Paginator implements AsyncIterable<Record<string, any>> {
  readonly #client: PageSource
  readonly #path: string
  readonly #itemsKey: string
  readonly #params: Record<string, any>

  /** @param itemsKey what the items are under in each answer, `'jobs'` say */
  constructor(client: PageSource, path: string, itemsKey: string, { params = {} }: PaginatorOptions = {}) {
    this.#client = client
    this.#path = path
    this.#itemsKey = itemsKey
    this.#params = params
  }

  /** Begins anew each time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Record<string, any>, void, undefined> {
    for (let page = 1, last = 1; page <= last; page += 1) {
      const data = await this.#client.get(this.#path, { ...this.#params, page })
      // Read anew from each page: lists grow and shrink meanwhile. Without it there is nothing to go on.
      last = Number(data?.totalPages ?? page)
      const items: unknown = data?.[this.#itemsKey]
      if (Array.isArray(items)) yield* items
    }
  }

  async toArray(): Promise<Record<string, any>[]> {
    const items: Record<string, any>[] = []
    for await (const item of this) items.push(item)
    return items
  }
}
