export type {
  Authenticator,
  AuthenticatorContext,
  LoginContext,
  LogoutContext,
  ResetRequest,
  ResetResponse,
} from './authenticator.ts'
export { type Answering, callerHasLeft, callerSignal, isCallerGone } from './caller-signal.ts'
export { defaultDispatcher } from './dispatcher.ts'
export {
  ConfigurationError,
  type ErrorCode,
  errorCodes,
  LatchkeyError,
  type LatchkeyErrorOptions,
  LoginError,
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
export { healthOf, type HealthSource, type SessionHealth, type Stated, statedBy } from './health.ts'
export { kinds, longestTimer, type OptionKind, readOption, readOptions, requireOption, takeOption } from './options.ts'
export { contentHeaders, type ProblemResponse, problemResponse } from './problem.ts'
export type { StoredDocument, TokenStore, Version } from './token-store.ts'
export type {
  AdoptEvent,
  HoldEvent,
  LatchkeyChannels,
  LoginEvent,
  LoginReason,
  LogoutEvent,
  ReplayEvent,
  ResetEvent,
  StoreEvent,
} from './diagnostics.ts'
export type { SessionBodyInit, SessionRequestInit } from './replay/fetch-init.ts'
export type { RunContext, RunOptions } from './replay/run.ts'
export { Session, type SessionOptions } from './session.ts'
export type { SessionCalls } from './session-calls.ts'
export { type OpenContext, Sessions, sessionsDefaults, type SessionsOptions, type TenantClient } from './sessions.ts'
export { sessionDefaults, type SessionTuning } from './settings.ts'
export type { HoldReason, Reset } from './rules/state.ts'
export type { SessionStatus } from './status.ts'
