/** What the server is told. Each order is answered with a {@link Receipt} once it is in force. */
export type Order =
  /** How long a login takes, ms. */
  | { readonly type: 'login-time'; readonly time: number }
  /** All tokens given out so far are no longer honoured. */
  | { readonly type: 'reset' }
  /** Requests are not answered until they are released. Logins are. Answered once `count` requests are held. */
  | { readonly type: 'hold'; readonly count: number }
  /** Answers what is held, each as its token deserves by now, and whatever comes after it. */
  | { readonly type: 'release' }
  /** Nothing but a look at the counters. */
  | { readonly type: 'count' }

/** Since the server started. */
export interface Counters {
  readonly logins: number
  readonly requests: number
  /** Requests that were answered 401. */
  readonly refused: number
}

export interface Receipt {
  readonly id: number
  readonly counters: Counters
}

export type Numbered<T> = T & { readonly id: number }

/** What the server says once it listens. */
export interface Listening {
  readonly port: number
}
