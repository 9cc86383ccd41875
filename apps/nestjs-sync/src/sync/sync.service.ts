import { LatchkeyError, type Sessions } from '@latchkey/core'
import { InjectServiceTradeAccounts } from '@latchkey/nestjs/servicetrade'
import type { ServiceTrade } from '@latchkey/servicetrade'
import { Injectable, Logger, type OnModuleDestroy, ServiceUnavailableException } from '@nestjs/common'
import { Outcomes } from '../database/outcomes.ts'
import { AccountApi } from './account-api.ts'
import { ApiFailure } from './api-failure.ts'
import { Changes } from './changes.ts'
import { Comparison } from './comparison.ts'
import { type Resource, resources } from './resources.ts'
import { type Counts, nothing, type Report, type Task } from './tasks.ts'
import { Turns } from './turns.ts'

/** Keeps the tables of accounts in step. Never does two things for one account at once. */
@Injectable()
export class SyncService implements OnModuleDestroy {
  readonly #logger = new Logger('Sync')
  readonly #turns = new Turns<Report>()
  readonly #closing = new AbortController()

  constructor(
    @InjectServiceTradeAccounts() private readonly accounts: Sessions<ServiceTrade>,
    private readonly outcomes: Outcomes,
    private readonly changes: Changes,
    private readonly comparison: Comparison,
  ) {}

  /** Reads what has changed. It sees all that had before this was called. */
  sync(account: string, signal?: AbortSignal): Promise<Report> {
    return this.#take(account, 'sync', this.changes, signal)
  }

  /** Reads everything, and marks what is gone. */
  compare(account: string, signal?: AbortSignal): Promise<Report> {
    return this.#take(account, 'comparison', this.comparison, signal)
  }

  /** What is under way stops where it is; the next start goes on from there. */
  async onModuleDestroy(): Promise<void> {
    this.#closing.abort(new ServiceUnavailableException('The service is shutting down.'))
    await this.#turns.settled()
  }

  #take(account: string, task: Task, reader: Changes | Comparison, signal?: AbortSignal): Promise<Report> {
    const work = (wanted: AbortSignal): Promise<Report> =>
      this.#run(account, task, reader, AbortSignal.any([wanted, this.#closing.signal]))
    return this.#turns.take(account, task, work, signal)
  }

  async #run(account: string, task: Task, reader: Changes | Comparison, signal: AbortSignal): Promise<Report> {
    try {
      signal.throwIfAborted()
      const client = await this.accounts.for(account)
      const api = new AccountApi(client.withSignal(signal))
      const counts: Record<Resource['name'], Counts> = { jobs: nothing, appointments: nothing }
      for (const resource of resources) counts[resource.name] = await reader.read(account, resource, api)
      this.outcomes.succeeded(account, task)
      this.#tell(account, task, counts)
      return { account, ...counts }
    } catch (error) {
      // Who stopped it knows, and it is no failure.
      if (!signal.aborted) this.#fail(account, task, error)
      throw error
    }
  }

  #tell(account: string, task: Task, counts: Record<Resource['name'], Counts>): void {
    const news = Object.entries(counts).filter(([, { changed, gone }]) => changed + gone > 0)
    if (news.length === 0) return
    const told = news.map(
      ([name, { changed, gone }]) => `${changed} ${name} changed${gone > 0 ? `, ${gone} gone` : ''}`,
    )
    this.#logger.log(`${task} of ${account}: ${told.join('; ')}`)
  }

  #fail(account: string, task: Task, error: unknown): void {
    const isExpected = error instanceof LatchkeyError || error instanceof ApiFailure
    const code = isExpected ? error.code : 'INTERNAL'
    if (isExpected) this.#logger.warn(`${task} of ${account} failed: ${code}: ${error.message}`)
    else this.#logger.error(`${task} of ${account} failed: ${error instanceof Error ? error.stack : String(error)}`)
    this.outcomes.failed(account, code)
  }
}
