import type { StatementSync } from 'node:sqlite'
import { Injectable } from '@nestjs/common'
import type { Progress, Run } from '../sync/cursor.ts'
import type { ResourceName } from '../sync/resources.ts'
import { Database } from './database.ts'

/** How far each list of each account was read. */
@Injectable()
export class Progresses {
  readonly #select: StatementSync
  readonly #upsert: StatementSync

  constructor(database: Database) {
    this.#select = database.prepare('SELECT cursor, run FROM progress WHERE account = ? AND resource = ?')
    this.#upsert = database.prepare(
      'INSERT OR REPLACE INTO progress (account, resource, cursor, run) VALUES (?, ?, ?, ?)',
    )
  }

  read(account: string, resource: ResourceName): Progress {
    const row = this.#select.get(account, resource) as { cursor: number | null; run: string | null } | undefined
    const run = row?.run ?? null
    return { cursor: row?.cursor ?? null, run: run === null ? null : (JSON.parse(run) as Run) }
  }

  write(account: string, resource: ResourceName, { cursor, run }: Progress): void {
    this.#upsert.run(account, resource, cursor, run === null ? null : JSON.stringify(run))
  }
}
