import type { Dispatcher } from 'undici'
import type { FreshGrant, Grant } from './grant.ts'

export interface AuthenticatorContext {
  /** Aborted when the login's time is up. Honour it: an answer that comes later is logged out. */
  readonly signal: AbortSignal
  /** The undici dispatcher to go through. It carries no grant, so a login never waits for itself. */
  readonly dispatcher: Dispatcher
}

export interface LoginContext extends AuthenticatorContext {
  /** The grant that this login replaces, for its refresh token. */
  readonly previous?: Grant
}

export interface LogoutContext extends AuthenticatorContext {
  /**
   * `'unpublished'`: nobody but this process ever had the grant, which came too late to count. Its refresh token may be
   * of the same family as one in use.
   */
  readonly reason: 'requested' | 'unpublished'
}

export interface ResetResponse {
  readonly statusCode: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface ResetRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly path: string
}

/** Knows one API: how to log in and out, how a grant rides on a request, what a reset looks like. */
export interface Authenticator {
  /** Whose session, free of secrets, as in `api.servicetrade.com/integration@acme`. Part of the store key. */
  readonly subject: string
  /** `scheme://host[:port]`. A grant is sent to no other origin, redirects included. */
  readonly origin: string
  /**
   * Tells one set of credentials from another without giving them away: see {@link fingerprint}.
   * Part of the store key, so that a new password meets neither the old session nor its hold.
   */
  readonly fingerprint: string
  /**
   * `false` for a bare token that no login can replace: it is not refreshed ahead of its expiry, and
   * the server's own answer to a reset reaches the caller. Default `true`.
   */
  readonly renewable?: boolean
  /**
   * `false` where `logout()` can tell the server nothing, as without a client's secret: the grant's refresh token is still
   * good then, and the store keeps it for the next login. Default `true`.
   */
  readonly revocable?: boolean
  /**
   * Logs in. Called by one process at a time in the normal course of things, and never while a hold
   * lasts. Rejects with {@link LoginRefusedError} if the credentials are wrong and
   * {@link LoginThrottledError} if the server wants a pause; anything else counts as failing.
   */
  login(context: LoginContext): Promise<FreshGrant>
  /** Ends the grant on the server. A grant that is already dead is a success. */
  logout?(grant: Grant, context: LogoutContext): Promise<void>
  /** Asks the server, cheaply, whether it still honours the grant. Rejects if it cannot tell. */
  probe?(grant: Grant, context: AuthenticatorContext): Promise<boolean>
  /**
   * The headers that carry the grant, built anew for every dispatch. They replace the request's own of
   * the same name; a `cookie` joins the request's other cookies.
   */
  authorize(grant: Grant): Record<string, string>
  /**
   * Whether the response says that the server no longer honours the grant, and so did not act. Must not
   * throw. Only what it calls a reset is ever replayed.
   */
  isReset(response: ResetResponse, request: ResetRequest): boolean
}
