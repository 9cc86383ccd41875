import type { Dispatcher } from 'undici'
import { publish } from '../diagnostics.ts'
import type { Grant } from '../grant.ts'
import { pathOf } from './unreplayable.ts'

export interface Replayed {
  readonly subject: string
  readonly options: Dispatcher.DispatchOptions
  /** How many it has had, this one included. */
  readonly replays: number
  /** What it is sent with. */
  readonly grant: Grant
}

/** Tells whoever listens that a request is sent again. */
export function publishReplay({ subject, options, replays, grant }: Replayed): void {
  publish('latchkey:replay', () => ({
    subject,
    method: options.method,
    path: pathOf(options),
    replay: replays,
    generation: grant.generation,
  }))
}
