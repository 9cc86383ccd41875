import { Injectable } from '@nestjs/common'
import { Database } from '../database/database.ts'
import { Records } from '../database/records.ts'
import type { AccountApi } from './account-api.ts'
import type { Resource } from './resources.ts'
import { type Counts, nothing, plus } from './tasks.ts'

/** Reads everything, and marks what is no longer there: the API has no feed of deletions. */
@Injectable()
export class Comparison {
  constructor(
    private readonly database: Database,
    private readonly records: Records,
  ) {}

  async read(account: string, resource: Resource, api: AccountApi): Promise<Counts> {
    const table = this.records.of(resource.name)
    const missing = new Set(table.presentIds(account))
    let counts = nothing
    for await (const { items } of api.pages(resource)) {
      const changed = this.database.transaction(() => table.put(account, items))
      counts = plus(counts, { pages: items.length > 0 ? 1 : 0, read: items.length, changed })
      for (const { id } of items) missing.delete(id)
    }
    // A list that moves while it is read page by page can skip a row. So each is asked for before it counts as gone.
    for (const id of missing) {
      const found = await api.find(resource, id)
      if (found === undefined) table.markGone(account, id)
      const changed = found === undefined ? 0 : table.put(account, [found])
      counts = plus(counts, found === undefined ? { gone: 1 } : { read: 1, changed })
    }
    return counts
  }
}
