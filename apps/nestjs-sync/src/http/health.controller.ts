import type { Sessions } from '@latchkey/core'
import { InjectServiceTradeAccounts } from '@latchkey/nestjs/servicetrade'
import { LatchkeyHealthIndicator } from '@latchkey/nestjs/terminus'
import type { ServiceTrade } from '@latchkey/servicetrade'
import { Controller, Get } from '@nestjs/common'
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus'
import { Config } from '../config.ts'

@Controller('health')
export class HealthController {
  constructor(
    private readonly config: Config,
    private readonly health: HealthCheckService,
    private readonly latchkey: LatchkeyHealthIndicator,
    @InjectServiceTradeAccounts() private readonly accounts: Sessions<ServiceTrade>,
  ) {}

  /** How the session of each account stands. Logs nobody in. */
  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    const names = [...this.config.accounts.keys()]
    return this.health.check(
      names.map((account) => async () => this.latchkey.isHealthy(account, await this.accounts.for(account))),
    )
  }
}
