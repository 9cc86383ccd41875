import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { Cron, SchedulerRegistry } from '@nestjs/schedule'
import { Config } from '../config.ts'
import { SyncService } from './sync.service.ts'

/** Does all accounts at the start, every so often, and compares them at night. */
@Injectable()
export class SyncSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly config: Config,
    private readonly scheduler: SchedulerRegistry,
    private readonly sync: SyncService,
  ) {}

  onApplicationBootstrap(): void {
    this.syncAll()
    // The registry ends it when the application shuts down.
    this.scheduler.addInterval(
      'sync',
      setInterval(() => this.syncAll(), this.config.interval),
    )
  }

  syncAll(): void {
    this.#each((account) => this.sync.sync(account))
  }

  @Cron('0 3 * * *')
  compareAll(): void {
    this.#each((account) => this.sync.compare(account))
  }

  #each(work: (account: string) => Promise<unknown>): void {
    // One that fails has been told of, and keeps none of the others from it.
    for (const account of this.config.accounts.keys()) work(account).catch(() => {})
  }
}
