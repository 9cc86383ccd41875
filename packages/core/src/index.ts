export type { Authenticator, AuthenticatorContext, LoginContext, ResetRequest, ResetResponse } from './authenticator.ts'
export {
  ConfigurationError,
  type ErrorCode,
  errorCodes,
  LatchkeyError,
  type LatchkeyErrorOptions,
  LoginFailedError,
  type LoginErrorOptions,
  LoginRefusedError,
  LoginThrottledError,
  SessionResetError,
  TokenStoreError,
  type UnreplayableReason,
} from './errors.ts'
export { fingerprint } from './fingerprint.ts'
export { type FreshGrant, Grant, type GrantRecord } from './grant.ts'
export { kinds, longestTimer, type OptionKind, readOption, readOptions, requireOption } from './options.ts'
export type { StoredDocument, TokenStore, Version } from './token-store.ts'
