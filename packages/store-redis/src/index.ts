export { type RedisClient, redisDefaults, type RedisTokenStoreOptions } from './options.ts'
export { RedisTokenStore } from './redis-token-store.ts'
