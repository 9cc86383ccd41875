export { ServicetradeClient as default } from './sdk/client.ts'
export { Paginator, type PaginatorOptions } from './sdk/paginator.ts'
export type {
  BearerToken,
  FileAttachment,
  RefreshToken,
  ServicetradeClientOptions,
  ServicetradeClientResponse,
  TokenSet,
} from './sdk/types.ts'
