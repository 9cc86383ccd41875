import { describe, describeSecret } from './describe.ts'

/** Every `code` that a Latchkey error can have. */
export const errorCodes = [
  'CONFIGURATION',
  'LOGIN_FAILED',
  'LOGIN_REFUSED',
  'LOGIN_THROTTLED',
  'LOGOUT_FAILED',
  'SESSION_CLOSED',
  'SESSION_RESET',
  'SESSION_TIMEOUT',
  'TOKEN_STORE',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface LatchkeyErrorOptions {
  /** What lies underneath. */
  readonly cause?: unknown
  /** Whose session, free of secrets. */
  readonly subject?: string | undefined
}

const brand = Symbol.for('latchkey.error')

/**
 * The base of all errors that are about the session. `instanceof` holds across duplicate installs of the
 * package, for this class and those below it. Messages and properties never carry a token or a password.
 */
export class LatchkeyError extends Error {
  static readonly codes: readonly ErrorCode[] = errorCodes
  readonly code: ErrorCode
  /** Whose session it is about, free of secrets; `undefined` where no session is concerned yet. */
  readonly subject: string | undefined
  declare readonly [brand]: true

  constructor(code: ErrorCode, message: string, { cause, subject }: LatchkeyErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.subject = subject
    Object.defineProperty(this, 'name', { value: new.target.name, configurable: true })
    Object.defineProperty(this, brand, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this.codes === undefined || Object(value) !== value || !(brand in (value as object))) return false
    return Object.hasOwn(this, 'codes')
      ? this.codes.includes((value as LatchkeyError).code)
      : Function.prototype[Symbol.hasInstance].call(this, value)
  }
}

export interface LoginErrorOptions extends LatchkeyErrorOptions {
  /** How long no login will start, ms. */
  readonly retryAfter?: number | undefined
}

type LoginErrorCode = Extract<ErrorCode, `LOGIN_${string}`>

/** There is no login, for one of three reasons: a class below this one for each. */
export abstract class LoginError extends LatchkeyError {
  static override readonly codes: readonly ErrorCode[] = ['LOGIN_REFUSED', 'LOGIN_THROTTLED', 'LOGIN_FAILED']
  /** How long no login will start, ms; `undefined` while nobody has decided it. */
  readonly retryAfter: number | undefined

  constructor(code: LoginErrorCode, message: string, options: LoginErrorOptions) {
    super(code, message, options)
    this.retryAfter = options.retryAfter
  }
}

/** The server refuses the credentials. No login starts before `retryAfter` has passed or they change. */
export class LoginRefusedError extends LoginError {
  static override readonly codes = ['LOGIN_REFUSED'] as const

  constructor(message: string, options: LoginErrorOptions = {}) {
    super('LOGIN_REFUSED', message, options)
  }
}

/** The server wants a pause between logins, or the session's own login budget is spent. */
export class LoginThrottledError extends LoginError {
  static override readonly codes = ['LOGIN_THROTTLED'] as const

  constructor(message: string, options: LoginErrorOptions = {}) {
    super('LOGIN_THROTTLED', message, options)
  }
}

/** The login did not come about: server error, network, time-out, or fresh sessions that never work. */
export class LoginFailedError extends LoginError {
  static override readonly codes = ['LOGIN_FAILED'] as const

  constructor(message: string, options: LoginErrorOptions = {}) {
    super('LOGIN_FAILED', message, options)
  }
}

/** Why a request could not be replayed. */
export type UnreplayableReason = 'body-too-large'

/** The session was reset under a request that could not be replayed. The server did not act on it. */
export class SessionResetError extends LatchkeyError {
  static override readonly codes = ['SESSION_RESET'] as const
  readonly reason: UnreplayableReason

  constructor(message: string, options: LatchkeyErrorOptions & { readonly reason: UnreplayableReason }) {
    super('SESSION_RESET', message, options)
    this.reason = options.reason
  }
}

/** The token store cannot be reached, or failed. Says nothing about what it holds. */
export class TokenStoreError extends LatchkeyError {
  static override readonly codes = ['TOKEN_STORE'] as const

  constructor(message: string, options: LatchkeyErrorOptions = {}) {
    super('TOKEN_STORE', message, options)
  }
}

/** An option has a value that it does not take. */
export class ConfigurationError extends LatchkeyError {
  static override readonly codes = ['CONFIGURATION'] as const
  /** The option, as in `loginBudget.limit`. */
  readonly option: string
  /** What it takes. */
  readonly takes: string
  /** What it got: numbers and booleans as they are, of anything else, and of secrets, the kind only. */
  readonly got: string

  constructor(
    option: string,
    takes: string,
    got: unknown,
    { isSecret = false, ...options }: LatchkeyErrorOptions & { readonly isSecret?: boolean } = {},
  ) {
    const description = isSecret ? describeSecret(got) : describe(got)
    super('CONFIGURATION', `${option} takes ${takes}, but got ${description}`, options)
    this.option = option
    this.takes = takes
    this.got = description
  }
}
