import { Session, type SessionOptions } from '@latchkey/core'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { Agent, type Dispatcher, request } from 'undici'
import type { VirtualClock } from '../support/virtual-clock.ts'
import type { ScriptedApi } from '../support/scripted-api.ts'
import { type AuthenticatorOptions, authenticatorFor } from '../support/token-authenticator.ts'

export interface KitOptions extends Partial<Omit<SessionOptions, 'authenticator' | 'dispatcher'>> {
  readonly authenticator?: AuthenticatorOptions
  readonly agent?: Agent.Options
  readonly clock?: VirtualClock
}

export interface Kit extends AsyncDisposable {
  readonly session: Session
  /** Has the session on it. */
  readonly dispatcher: Dispatcher
  /** Does not. */
  readonly agent: Agent
}

/** A session with a scripted API, and a dispatcher that carries it. */
export function openSession(
  api: ScriptedApi,
  { authenticator, agent: agentOptions, clock, ...rest }: KitOptions = {},
): Kit {
  const agent = new Agent(agentOptions)
  const options: SessionOptions = {
    authenticator: authenticatorFor(api, authenticator),
    store: new MemoryTokenStore(),
    dispatcher: agent,
    ...rest,
  }
  const session = clock === undefined ? new Session(options) : (Reflect.construct(Session, [options, clock]) as Session)
  return {
    session,
    agent,
    dispatcher: agent.compose(session.interceptor()),
    async [Symbol.asyncDispose]() {
      await session.close()
      await agent.destroy()
    },
  }
}

/** Sends a request, reads the answer whole. */
export async function send(
  url: string,
  options: Parameters<typeof request>[1] & {},
): Promise<{ statusCode: number; body: string }> {
  const { statusCode, body } = await request(url, options)
  return { statusCode, body: await body.text() }
}

/** Resets the session while `count` requests of `work` are at the server, none of them answered yet. */
export async function resetUnder<T>(api: ScriptedApi, count: number, work: () => Promise<T>): Promise<T> {
  const hold = api.hold('request')
  const outcome = work()
  await Promise.race([hold.arrived(count), outcome])
  api.reset()
  hold.release()
  return outcome
}

/** Lets virtual time pass until the promise settles, at a pace that leaves real connections time to answer. */
export async function whileTimePasses<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  const progress = { done: false }
  const outcome = promise.finally(() => (progress.done = true))
  outcome.catch(() => {})
  while (!progress.done) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    await clock.advance(100)
  }
  return outcome
}
