/** Where the session is shared. A file without a path is one that is made for this storm and removed after it. */
export type StorePlan = { readonly kind: 'memory' } | { readonly kind: 'file'; readonly path?: string }

export interface StormOptions {
  readonly processes: number
  /** Requests that each process keeps going. */
  readonly loops: number
  readonly seconds: number
  readonly resets: number
  /** At how many of the resets the process that logs in is killed. */
  readonly kills: number
  readonly store: StorePlan
  /** A real server. Default: an emulator is started. */
  readonly server?: { readonly baseUrl: string; readonly username: string; readonly password: string }
  readonly output: 'live' | 'plain' | 'json'
}
