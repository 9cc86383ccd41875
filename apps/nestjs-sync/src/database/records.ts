import type { StatementSync } from 'node:sqlite'
import { Injectable } from '@nestjs/common'
import { type ResourceName, resourceNames } from '../sync/resources.ts'
import { Database } from './database.ts'

/** What all that the API lists has in common. */
export interface Entity {
  readonly id: number
  /** Unix seconds. */
  readonly updated: number
}

/** A row as this service shows it: what the API answered, and when it was found to be gone, epoch ms. */
export interface StoredEntity extends Entity {
  readonly goneAt: number | null
}

export interface Selection {
  readonly status: string | undefined
  /** Whether also those are wanted that are gone. */
  readonly gone: boolean
  /** Only those with greater ids. */
  readonly after: number
  readonly limit: number
}

/** The jobs and appointments of all accounts. */
@Injectable()
export class Records {
  readonly #tables: Readonly<Record<ResourceName, Table>>

  constructor(database: Database) {
    const tables = resourceNames.map((name) => [name, new Table(database, name)] as const)
    this.#tables = Object.fromEntries(tables) as Record<ResourceName, Table>
  }

  of(resource: ResourceName): Table {
    return this.#tables[resource]
  }
}

export class Table {
  readonly #put: StatementSync
  readonly #markGone: StatementSync
  readonly #present: StatementSync
  readonly #count: StatementSync
  readonly #select: StatementSync

  constructor(database: Database, name: ResourceName) {
    this.#put = database.prepare(`
      INSERT INTO ${name} (account, id, updated, data) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET updated = excluded.updated, data = excluded.data, gone_at = NULL
      WHERE data <> excluded.data OR gone_at IS NOT NULL`)
    this.#markGone = database.prepare(`UPDATE ${name} SET gone_at = ? WHERE account = ? AND id = ?`)
    this.#present = database.prepare(`SELECT id FROM ${name} WHERE account = ? AND gone_at IS NULL`)
    this.#count = database.prepare(`SELECT count(*) AS rows FROM ${name} WHERE account = ? AND gone_at IS NULL`)
    this.#select = database.prepare(`
      SELECT data, gone_at FROM ${name}
      WHERE account = :account AND id > :after AND (:gone OR gone_at IS NULL) AND (:status IS NULL OR status = :status)
      ORDER BY id LIMIT :limit`)
  }

  /** Returns how many of them are new, or not as they were. */
  put(account: string, entities: readonly Entity[]): number {
    const changes = entities.map((entity) => this.#put.run(account, entity.id, entity.updated, JSON.stringify(entity)))
    return changes.reduce((sum, { changes: one }) => sum + Number(one), 0)
  }

  markGone(account: string, id: number): void {
    this.#markGone.run(Date.now(), account, id)
  }

  presentIds(account: string): number[] {
    return this.#present.all(account).map(({ id }) => Number(id))
  }

  count(account: string): number {
    return Number(this.#count.get(account)?.['rows'])
  }

  select(account: string, { status, gone, after, limit }: Selection): StoredEntity[] {
    return this.#select
      .all({ account, status: status ?? null, gone: gone ? 1 : 0, after, limit })
      .map(({ data, gone_at: goneAt }) => ({
        ...(JSON.parse(String(data)) as Entity),
        goneAt: goneAt as number | null,
      }))
  }
}
