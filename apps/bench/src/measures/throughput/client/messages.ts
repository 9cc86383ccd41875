import type { SubjectName } from '../subjects.ts'

/** What a client process is told to do, one thing at a time. */
export type ClientOrder =
  | {
      readonly type: 'slice'
      readonly subject: SubjectName
      /** Requests that are under way at any moment. */
      readonly concurrency: number
      /** How long it is measured, ms. */
      readonly time: number
      /** How long it runs before, ms. */
      readonly lead: number
    }
  | {
      readonly type: 'allocation'
      readonly subject: SubjectName
      readonly concurrency: number
      /** How many requests are sent; fewer if the garbage collector would come in between. */
      readonly requests: number
    }

export interface Slice {
  /** Requests per second. */
  readonly throughput: number
  /** Of the client process, per request, µs. */
  readonly cpu: number
  /** ms */
  readonly p50: number
  readonly p99: number
}

export interface Allocation {
  /** Allocated per request. */
  readonly bytes: number
}

export type Reply = { readonly result: Slice | Allocation } | { readonly error: string }
