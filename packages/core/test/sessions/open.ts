import { Sessions, type SessionsOptions } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Desk } from '../support/desk.ts'

export interface Tenants extends Desk {
  readonly sessions: Sessions
  /** Whose client was made, in order. */
  readonly made: string[]
}

/** Sessions of as many tenants as are asked for, all at one desk and on its clock. */
export function openSessions(options: Partial<SessionsOptions> = {}): Tenants {
  const desk = new Desk()
  const made: string[] = []
  const open: SessionsOptions['open'] = (tenant, { store }) => {
    made.push(tenant)
    const authenticator = desk.authenticator({
      subject: `desk.example/${tenant}`,
      fingerprint: `password of ${tenant}`,
    })
    return desk.session({ authenticator, store })
  }
  const complete: SessionsOptions = { store: new MemoryTokenStore(), open, ...options }
  const sessions = Reflect.construct(Sessions, [complete, desk.clock]) as Sessions
  return Object.assign(desk, { sessions, made })
}

/** A client that only knows whether it was closed. */
export function plainClient(tenant: string): { tenant: string; closes: number; close: () => Promise<void> } {
  const client = { tenant, closes: 0, close: async () => void (client.closes += 1) }
  return client
}

export type Plain = ReturnType<typeof plainClient>
