import type { Pool } from 'undici'

/** What a subject is opened for. */
export interface Place {
  /** Of the server, as in `http://127.0.0.1:4000`. */
  readonly origin: string
  /** How many requests there will be at once, and connections at most. */
  readonly connections: number
  /** The connections that all subjects of the process share. Not to be closed by them. */
  pool(): Promise<Pool>
}

/** Something that sends requests, ready to be measured. */
export interface Opened {
  /** One request, its answer read as text or JSON. @throws {Error} if it was answered anything but a job */
  call(): Promise<void>
  close(): Promise<void>
}

export type Open = (place: Place) => Promise<Opened>

/** Everybody who logs in to the server logs in as this one. It takes any. */
export const credentials = { username: 'bench', password: 'bench' }

export const client = { clientId: 'bench', clientSecret: 'bench' }

/** What fails must not look fast. */
export function check(isRight: boolean): void {
  if (!isRight) throw new Error('A request was answered something else than a job')
}
