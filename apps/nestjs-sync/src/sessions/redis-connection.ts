import { RedisTokenStore } from '@latchkey/store-redis'
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common'
import { Redis } from 'ioredis'
import { Config } from '../config.ts'

/** The store that all instances share, on a connection of this one's. */
@Injectable()
export class RedisConnection implements OnApplicationShutdown {
  readonly store: RedisTokenStore
  readonly #client: Redis

  constructor(config: Config) {
    const logger = new Logger('Redis')
    this.#client = new Redis(config.redisUrl, { socketTimeout: 2_000, maxRetriesPerRequest: 1 })
    // Without Redis the service goes on with the sessions that it has, so this is no reason to stop.
    this.#client.on('error', (error) => logger.warn(error.message))
    this.store = new RedisTokenStore({ client: this.#client })
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close()
    this.#client.disconnect()
  }
}
