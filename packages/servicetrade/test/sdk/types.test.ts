import type {
  BearerToken,
  FileAttachment,
  Paginator,
  PaginatorOptions,
  RefreshToken,
  ServicetradeClientOptions,
  ServicetradeClientResponse,
  TokenSet,
} from '@latchkey/servicetrade/sdk'
import type ServicetradeClient from '@latchkey/servicetrade/sdk'
import { expectTypeOf, test } from 'vitest'

/** As the vendor documents them. */
interface VendorOptions {
  baseUrl?: string
  apiPrefix?: string
  userAgent?: string
  onSetAuth?: (token: string) => void | Promise<void>
  onUnsetAuth?: () => void | Promise<void>
  autoRefreshAuth?: boolean
  clientId?: string
  clientSecret?: string
  refreshToken?: string
  token?: string
}

test('the types are what programs for the vendor’s SDK expect', () => {
  expectTypeOf<VendorOptions>().toExtend<ServicetradeClientOptions>()
  expectTypeOf<ServicetradeClientResponse>().toEqualTypeOf<Record<string, any>>()
  expectTypeOf<FileAttachment>().toEqualTypeOf<{ value: any; options: any }>()
  expectTypeOf<BearerToken>().toEqualTypeOf<string>()
  expectTypeOf<RefreshToken>().toEqualTypeOf<string>()
  expectTypeOf<TokenSet>().toEqualTypeOf<{ bearerToken: string; refreshToken?: string }>()
  expectTypeOf<{ params?: Record<string, any> }>().toExtend<PaginatorOptions>()
  expectTypeOf<Paginator>().toExtend<AsyncIterable<Record<string, any>>>()
  expectTypeOf<Paginator['toArray']>().returns.resolves.toEqualTypeOf<Record<string, any>[]>()
  expectTypeOf<ServicetradeClient['get']>().returns.resolves.toEqualTypeOf<Record<string, any>>()
  expectTypeOf<ServicetradeClient['getAll']>().returns.resolves.toEqualTypeOf<Record<string, any>[]>()
  expectTypeOf<ServicetradeClient['login']>().returns.resolves.toEqualTypeOf<void>()
  expectTypeOf<ServicetradeClient['logout']>().returns.resolves.toEqualTypeOf<void>()
  expectTypeOf<ServicetradeClient['getRefreshToken']>().returns.toEqualTypeOf<string | undefined>()
})
