/** What a process is to call, and with what. */
export interface Call {
  readonly kind: 'file' | 'redis' | 'axios'
  readonly origin: string
  /** The path of the file, or the URL of Redis. */
  readonly store: string
  /** Of the keys in Redis. */
  readonly prefix: string
}
