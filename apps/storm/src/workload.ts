import { setTimeout as pause } from 'node:timers/promises'
import type { ServiceTrade } from '@latchkey/servicetrade'

interface Job {
  readonly id: number
  readonly description: string | null
}

interface Comment {
  readonly id: number
  readonly content: string
}

const jobType = 3

/** How long requests may take that are under way when the workload is stopped, ms. */
const grace = 5_000

export interface WorkloadOptions {
  readonly client: ServiceTrade
  readonly readOnly: boolean
  /** Between two requests, ms. */
  readonly pause: number
  readonly onServed: (startedAt: number) => void
  readonly onFailed: (error: unknown, startedAt: number) => void
}

/** The answer is not about what was sent: a body got lost or mixed up on the way. */
class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

class Unfinished extends Error {
  override readonly name = 'Unfinished'
}

/** Requests as an integration makes them: reads, lists, and writes whose answers show what the server was sent. */
export class Workload {
  readonly #options: WorkloadOptions
  #jobs: readonly number[] = []
  readonly #stop = new AbortController()
  readonly #giveUp = new AbortController()
  #count = 0

  constructor(options: WorkloadOptions) {
    this.#options = options
  }

  /** Keeps one request going until the workload is stopped. */
  async loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#step()
      // Uneven, so that the loops do not march in step.
      const time = this.#options.pause * (0.5 + Math.random())
      await pause(time, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
  }

  /** Begins nothing more. What is under way is given a moment, and counts as failed after that. */
  stop(): void {
    this.#stop.abort()
    const unfinished = new Unfinished('The request had no answer when the storm ended')
    setTimeout(() => this.#giveUp.abort(unfinished), grace).unref()
  }

  get #callOptions(): { signal: AbortSignal } {
    return { signal: this.#giveUp.signal }
  }

  #step(): Promise<unknown> {
    const job = this.#jobs[this.#count % this.#jobs.length]
    this.#count += 1
    if (job === undefined) return this.#attempt(() => this.#findJobs())
    const steps = [() => this.#read(job), () => this.#list(), () => this.#comment(job), () => this.#describe(job)]
    return steps[this.#count % (this.#options.readOnly ? 2 : steps.length)]!()
  }

  async #findJobs(): Promise<void> {
    const { jobs } = await this.#options.client.get<{ jobs: Job[] }>(
      '/job',
      { status: 'all', limit: 50 },
      this.#callOptions,
    )
    this.#jobs = jobs.map(({ id }) => id)
  }

  #read(job: number): Promise<unknown> {
    return this.#attempt(async () =>
      expect((await this.#options.client.get<Job>(`/job/${job}`, {}, this.#callOptions)).id === job),
    )
  }

  #list(): Promise<unknown> {
    return this.#attempt(async () => {
      for await (const job of this.#options.client.list<Job>('/job', { status: 'all', limit: 10 }, this.#callOptions)) {
        return expect(Number.isInteger(job.id))
      }
    })
  }

  async #comment(job: number): Promise<void> {
    const { client } = this.#options
    const content = `Comment ${process.pid}-${this.#count}`
    const created = await this.#attempt(async () => {
      const body = { entityType: jobType, entityId: job, content }
      const comment = await client.post<Comment>('/comment', body, this.#callOptions)
      expect(comment.content === content)
      return comment
    })
    if (created !== undefined) await this.#attempt(() => client.delete(`/comment/${created.id}`, this.#callOptions))
  }

  #describe(job: number): Promise<unknown> {
    const description = `Description ${process.pid}-${this.#count}`
    return this.#attempt(async () => {
      const { description: answered } = await this.#options.client.put<Job>(
        `/job/${job}`,
        { description },
        this.#callOptions,
      )
      expect(answered === description)
    })
  }

  async #attempt<T>(request: () => Promise<T>): Promise<T | undefined> {
    const startedAt = performance.now()
    try {
      const result = await request()
      this.#options.onServed(startedAt)
      return result
    } catch (error) {
      this.#options.onFailed(error, startedAt)
      return undefined
    }
  }
}

function expect(isRight: boolean): void {
  if (!isRight) throw new WrongAnswer('The answer is not about what was sent')
}
