import type { StatementSync } from 'node:sqlite'
import { Injectable } from '@nestjs/common'
import type { Task } from '../sync/tasks.ts'
import { Database } from './database.ts'

/** How an account did last. Moments are epoch ms. */
export interface Outcome {
  readonly syncedAt: number | null
  readonly comparedAt: number | null
  /** What went wrong since, in a word. */
  readonly error: { readonly code: string; readonly at: number } | null
}

/** How all accounts did last. */
@Injectable()
export class Outcomes {
  readonly #select: StatementSync
  readonly #done: Readonly<Record<Task, StatementSync>>
  readonly #failed: StatementSync

  constructor(database: Database) {
    const done = (column: string): StatementSync =>
      database.prepare(`
        INSERT INTO outcomes (account, ${column}) VALUES (:account, :now)
        ON CONFLICT DO UPDATE SET ${column} = :now, error = NULL, failed_at = NULL`)
    this.#select = database.prepare('SELECT synced_at, compared_at, error, failed_at FROM outcomes WHERE account = ?')
    this.#done = { sync: done('synced_at'), comparison: done('compared_at') }
    this.#failed = database.prepare(`
      INSERT INTO outcomes (account, error, failed_at) VALUES (:account, :error, :now)
      ON CONFLICT DO UPDATE SET error = :error, failed_at = :now`)
  }

  read(account: string): Outcome {
    const row = this.#select.get(account) as Record<string, number | string | null> | undefined
    const { synced_at: syncedAt = null, compared_at: comparedAt = null, error = null, failed_at: at = null } = row ?? {}
    return {
      syncedAt: syncedAt as number | null,
      comparedAt: comparedAt as number | null,
      error: error === null ? null : { code: String(error), at: Number(at) },
    }
  }

  succeeded(account: string, task: Task): void {
    this.#done[task].run({ account, now: Date.now() })
  }

  failed(account: string, error: string): void {
    this.#failed.run({ account, error, now: Date.now() })
  }
}
