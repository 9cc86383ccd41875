import { Injectable } from '@nestjs/common'
import { Database } from '../database/database.ts'
import { Progresses } from '../database/progresses.ts'
import { Records } from '../database/records.ts'
import type { AccountApi } from './account-api.ts'
import { afterPage, cursorAfter, resumableRun, type Run, startRun } from './cursor.ts'
import type { Resource } from './resources.ts'
import { type Counts, nothing, plus } from './tasks.ts'

/** Reads what has changed since the last time into the table. */
@Injectable()
export class Changes {
  constructor(
    private readonly database: Database,
    private readonly records: Records,
    private readonly progresses: Progresses,
  ) {}

  async read(account: string, resource: Resource, api: AccountApi): Promise<Counts> {
    const interrupted = resumableRun(this.progresses.read(account, resource.name), Date.now())
    // What changed meanwhile on the pages that an interrupted run had read is for the next one to see.
    const rest = interrupted === null ? nothing : await this.#readRun(account, resource, api, interrupted)
    const { cursor } = this.progresses.read(account, resource.name)
    return plus(rest, await this.#readRun(account, resource, api, startRun(cursor, Date.now())))
  }

  async #readRun(account: string, resource: Resource, api: AccountApi, start: Run): Promise<Counts> {
    const { cursor } = this.progresses.read(account, resource.name)
    let run = start
    let counts = nothing
    for await (const { items, isLast } of api.pages(resource, run)) {
      run = afterPage(run, items)
      const progress = isLast ? { cursor: cursorAfter(cursor, run, Date.now()), run: null } : { cursor, run }
      const changed = this.database.transaction(() => {
        this.progresses.write(account, resource.name, progress)
        return this.records.of(resource.name).put(account, items)
      })
      counts = plus(counts, { pages: items.length > 0 ? 1 : 0, read: items.length, changed })
    }
    return counts
  }
}
