import { Pool } from 'undici'
import type { Server } from '../../server/server.ts'
import type { Client, Subject } from './subjects.ts'

export interface RecoveryPlan {
  readonly server: Server
  /** How many calls are under way when the session ends. */
  readonly inFlight: number
  /** How long a login takes, ms. */
  readonly loginTime: number
}

/** What one reset came to. */
export interface Recovered {
  /** From the refusals to the last call's end, ms. */
  readonly time: number
  readonly logins: number
  readonly failed: number
}

/** Ends the session of a client that is warm under all the calls that it has under way. */
export async function recover(subject: Subject, plan: RecoveryPlan): Promise<Recovered> {
  const { server, inFlight } = plan
  await server.order({ type: 'login-time', time: 0 })
  const client = subject.open(server.origin, inFlight)
  try {
    await client.get()
    const warming = await callsHeld(client, plan)
    await server.order({ type: 'release' })
    await warming.settled
    const { logins } = await server.order({ type: 'login-time', time: plan.loginTime })
    const calls = await callsHeld(client, plan)
    await server.order({ type: 'reset' })
    const start = performance.now()
    const released = server.order({ type: 'release' })
    const outcomes = await calls.settled
    const time = performance.now() - start
    await released
    const after = await server.order({ type: 'count' })
    const failed = outcomes.filter(({ status }) => status === 'rejected').length
    return { time, logins: after.logins - logins, failed }
  } finally {
    await server.order({ type: 'release' })
    await client.close()
  }
}

/** The least that a recovery can take: one login and one request, ms. */
export async function loginAndRequest({ server, loginTime }: RecoveryPlan): Promise<number> {
  const pool = new Pool(server.origin, { connections: 1 })
  try {
    await server.order({ type: 'login-time', time: 0 })
    await logInAndGet(pool)
    await server.order({ type: 'login-time', time: loginTime })
    const start = performance.now()
    await logInAndGet(pool)
    return performance.now() - start
  } finally {
    await pool.close()
  }
}

/** Resolves once all the calls are at the server, which answers none of them yet. */
async function callsHeld(client: Client, { server, inFlight }: RecoveryPlan) {
  const held = server.order({ type: 'hold', count: inFlight })
  // Orders are obeyed in turn: no call may get there before this one is in force.
  await server.order({ type: 'count' })
  const settled = Promise.allSettled(Array.from({ length: inFlight }, () => client.get()))
  await Promise.race([held, settled.then(tooEarly)])
  return { settled }
}

function tooEarly(): never {
  throw new Error('The calls ended before all of them were under way')
}

async function logInAndGet(pool: Pool): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ username: 'bench', password: 'bench' })
  const login = await pool.request({ method: 'POST', path: '/api/auth', headers, body })
  const { data } = (await login.body.json()) as { data: { authToken: string } }
  const cookie = `PHPSESSID=${data.authToken}`
  const answer = await pool.request({ method: 'GET', path: '/api/job/1', headers: { cookie } })
  await answer.body.json()
  if (answer.statusCode !== 200) throw new Error(`The request was answered ${answer.statusCode}`)
}
