export { FileTokenStore, type FileTokenStoreOptions } from './file-token-store.ts'
