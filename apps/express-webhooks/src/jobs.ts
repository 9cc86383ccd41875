import type { DatabaseSync } from 'node:sqlite'

export interface Job {
  readonly id: number
  readonly updated: number
  readonly [field: string]: unknown
}

/** The local copies of jobs. */
export class Jobs {
  readonly #get
  readonly #put
  readonly #remove

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT data FROM job WHERE id = ?')
    // Two messages about one job are worked on side by side: whichever answer comes last, the newer state stays.
    this.#put = database.prepare(`
      INSERT INTO job (id, updated, data) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET updated = excluded.updated, data = excluded.data
      WHERE excluded.updated >= job.updated
    `)
    this.#remove = database.prepare('DELETE FROM job WHERE id = ?')
  }

  get(id: number): Job | undefined {
    const data = this.#get.get(id)?.['data']
    return data === undefined ? undefined : (JSON.parse(String(data)) as Job)
  }

  put(job: Job): void {
    this.#put.run(job.id, job.updated, JSON.stringify(job))
  }

  remove(id: number): void {
    this.#remove.run(id)
  }
}
