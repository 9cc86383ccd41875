import { healthOf, type HealthSource, statedBy } from '@latchkey/core'
import { Inject, Injectable } from '@nestjs/common'
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus'

/** Tells how a session stands, in a health check of `@nestjs/terminus`. Logs nobody in. */
export class LatchkeyHealthIndicator {
  readonly #indicators: HealthIndicatorService

  constructor(indicators: HealthIndicatorService) {
    this.#indicators = indicators
  }

  /**
   * Down only while a request would fail: there is no live session, and a hold forbids to log in for one. An idle
   * session is up. Tells no user and no secrets.
   *
   * @param client a `Session`, or a client with one, such as `ServiceTrade`
   * @throws {ConfigurationError} for anything else
   */
  async isHealthy<const Key extends string>(key: Key, client: HealthSource): Promise<HealthIndicatorResult<Key>> {
    const { healthy, subject: _, ...details } = healthOf(await statedBy('client', client).status())
    const indicator = this.#indicators.check(key)
    return healthy ? indicator.up(details) : indicator.down(details)
  }
}

Injectable()(LatchkeyHealthIndicator)
Inject(HealthIndicatorService)(LatchkeyHealthIndicator, undefined, 0)
