import type { Server } from '../server/server.ts'
import type { Table } from '../report/table.ts'

export interface Context {
  readonly server: Server
  readonly size: 'quick' | 'full'
  /** Shows what is being done. One line, replaced by the next. */
  readonly say: (what: string) => void
}

/** One thing that can be measured. What it finds is plain data, as the report keeps it. */
export interface Measure<T> {
  /** As it is named on the command line and in the report: `throughput`, `install`. */
  readonly name: string
  run(context: Context): Promise<T>
  /** What people read of it. */
  tables(found: T): readonly Table[]
  /** What the project means to reach in it. */
  aims(found: T): readonly Aim[]
}

/** A figure, and the bound that it is meant to keep. */
export interface Aim {
  /** As in `interceptor over undici.request: throughput`. */
  readonly what: string
  readonly value: number
  readonly bound: { readonly atLeast: number } | { readonly atMost: number }
  readonly unit?: string | undefined
}
