import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ConfigurationError } from '@latchkey/core'
import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { Config } from '../config.ts'
import { schema } from './schema.ts'

/** The SQLite file of this instance. */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly #connection: DatabaseSync

  constructor(config: Config) {
    this.#connection = open(config.database)
  }

  prepare(sql: string): StatementSync {
    return this.#connection.prepare(sql)
  }

  /** All that `work` writes, or nothing of it. It cannot wait for anything: there is one connection for all. */
  transaction<T>(work: () => T): T {
    this.#connection.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#connection.exec('COMMIT')
      return result
    } catch (error) {
      // SQLite itself has rolled back after some errors, a full disk say.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
      throw error
    }
  }

  onApplicationShutdown(): void {
    this.#connection.close()
  }
}

function open(path: string): DatabaseSync {
  try {
    const connection = new DatabaseSync(path)
    // Others can read while this service writes, and wait for each other instead of failing.
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
    connection.exec(schema)
    return connection
  } catch (cause) {
    throw new ConfigurationError('SYNC_DATABASE', 'the path of a SQLite database, or of one to be made', path, {
      cause,
    })
  }
}
