export { MemoryTokenStore } from './memory-token-store.ts'
