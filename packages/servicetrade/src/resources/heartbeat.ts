import type { UnixSeconds } from './resource.ts'

/** `GET /`: that the API is there. It takes no session. */
export interface Heartbeat {
  version: string
  serverTime: UnixSeconds
}
