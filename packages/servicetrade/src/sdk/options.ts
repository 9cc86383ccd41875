import { kinds, readOptions, type TokenStore } from '@latchkey/core'
import { apiPrefixKind, commonKinds, oauth2Kinds } from '../options.ts'

const optionKinds = {
  ...oauth2Kinds,
  ...commonKinds,
  apiPrefix: apiPrefixKind,
  onSetAuth: kinds.callable<(token: string) => unknown>('a function'),
  onUnsetAuth: kinds.callable<() => unknown>('a function'),
  autoRefreshAuth: kinds.flag(),
  store: kinds.having<TokenStore>('a token store', 'get', 'set'),
}

/**
 * What the SDK took for left out is left out here, and what it did not know is not looked at.
 *
 * @throws {ConfigurationError} for a bad value
 */
export function readSdkOptions(given: unknown) {
  const known = Object.entries(Object(given) as Record<string, unknown>).filter(
    ([name, value]) => Object.hasOwn(optionKinds, name) && value !== null && (value !== '' || name === 'apiPrefix'),
  )
  return readOptions('ServicetradeClient', Object.fromEntries(known), optionKinds)
}
