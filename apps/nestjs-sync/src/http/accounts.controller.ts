import { CallerSignal } from '@latchkey/nestjs'
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common'
import { Config } from '../config.ts'
import { type Outcome, Outcomes } from '../database/outcomes.ts'
import { Records } from '../database/records.ts'
import { SyncService } from '../sync/sync.service.ts'
import type { Report } from '../sync/tasks.ts'
import { KnownAccount } from './known-account.pipe.ts'

/** What `GET /accounts` tells of one. */
interface AccountSummary extends Outcome {
  readonly account: string
  /** How many there are, those that are gone left out. */
  readonly rows: Readonly<Record<string, number>>
}

@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly config: Config,
    private readonly records: Records,
    private readonly outcomes: Outcomes,
    private readonly service: SyncService,
  ) {}

  @Get()
  list(): AccountSummary[] {
    return [...this.config.accounts.keys()].map((account) => ({
      account,
      rows: {
        jobs: this.records.of('jobs').count(account),
        appointments: this.records.of('appointments').count(account),
      },
      ...this.outcomes.read(account),
    }))
  }

  @Post(':account/sync')
  @HttpCode(200)
  sync(@Param('account', KnownAccount) account: string, @CallerSignal() signal: AbortSignal): Promise<Report> {
    return this.service.sync(account, signal)
  }

  @Post(':account/compare')
  @HttpCode(200)
  compare(@Param('account', KnownAccount) account: string, @CallerSignal() signal: AbortSignal): Promise<Report> {
    return this.service.compare(account, signal)
  }
}
