export type { ProcessOptions, Runner, TokenStoreTestOptions } from './options.ts'
export { testTokenStore } from './test-token-store.ts'
