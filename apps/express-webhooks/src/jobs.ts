import type { DatabaseSync } from 'node:sqlite'

export interface Job {
  readonly id: number
  readonly updated: number
  readonly [field: string]: unknown
}

/** The local copies of jobs, and which jobs are gone. */
export class Jobs {
  readonly #get
  readonly #put
  readonly #remove
  #last: number

  constructor(database: DatabaseSync) {
    this.#last = Number(database.prepare('SELECT max(asked) AS last FROM job_copy').get()?.['last'] ?? 0)
    // One that is gone is a row without data: an answer from before that must not bring it back.
    this.#get = database.prepare(`SELECT data FROM job_copy WHERE id = ? AND data <> ''`)
    // Two messages about one job are worked on side by side: whichever answer comes last, the newer state stays.
    this.#put = database.prepare(`
      INSERT INTO job_copy (id, updated, asked, data) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE
      SET updated = excluded.updated, asked = max(asked, excluded.asked), data = excluded.data
      WHERE CASE data WHEN '' THEN excluded.asked > asked ELSE excluded.updated >= updated END
    `)
    this.#remove = database.prepare(`
      INSERT INTO job_copy (id, updated, asked, data) VALUES (?, 0, ?, '')
      ON CONFLICT (id) DO UPDATE SET updated = 0, asked = excluded.asked, data = '' WHERE excluded.asked > asked
    `)
  }

  get(id: number): Job | undefined {
    const data = this.#get.get(id)?.['data']
    return data === undefined ? undefined : (JSON.parse(String(data)) as Job)
  }

  /** To be called before the server is asked for a job: says which question an answer is to. Greater each time. */
  ask(): number {
    // The time, so that several processes on one database agree.
    this.#last = Math.max(this.#last + 1, Date.now())
    return this.#last
  }

  put(job: Job, asked: number): void {
    this.#put.run(job.id, job.updated, asked, JSON.stringify(job))
  }

  remove(id: number, asked: number): void {
    this.#remove.run(id, asked)
  }
}
