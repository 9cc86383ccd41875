import { finished } from 'node:stream/promises'
import type { NextFunction, Request, Response } from 'express'
import { servedCaller } from './caller.ts'
import { answer } from './envelope.ts'
import type { Faults } from './faults.ts'
import { retryAfter } from './retry-after.ts'
import type { State } from './state.ts'

/** Counts what arrives under `/api`, and passes it through holds, latency and faults. */
export function traffic(state: State) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const { faults, holds, tally } = state
    response.locals['startedAt'] = performance.now()
    const kind = request.method === 'POST' && /^\/(auth|oauth2\/token)\/?$/i.test(request.path) ? 'login' : 'request'
    tally[kind === 'login' ? 'loginAttempts' : 'requests']++
    await holds.pass(kind)
    const latency = kind === 'login' ? faults.loginLatency : faults.latency
    if (latency > 0) await delay(latency)
    if (kind === 'request' && spend(faults, 'dropConnections')) return void request.socket.destroy()
    const status = kind === 'login' ? loginError(faults) : serverError(faults)
    if (status === undefined && !faults.nonJson) return next()
    await drain(request)
    response
      .status(status ?? 200)
      .type('html')
      .send('<!doctype html><title>Back soon</title><h1>Back soon</h1>')
  }
}

/** Lets only live sessions and access tokens pass, while their user has server time left. */
export function requireSession(state: State) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const caller = servedCaller(state, request)
    if (caller === undefined) return reject(state, request, response)
    const { username } = caller
    response.locals['username'] = username
    const wait = state.budget.charge(username)
    if (wait === 0) return next()
    state.tally.overBudget++
    await drain(request)
    response.set(retryAfter(wait, state.budget.retryAfterFormat, state.clock()))
    return answer(state, response, 429, { messages: { error: ['Server time is spent'] } })
  }
}

/** Tells that there is no live session or access token: 401 with an empty body. */
export async function reject({ tally }: State, request: Request, response: Response): Promise<void> {
  tally.rejected++
  await drain(request)
  response.status(401).end()
}

/** Reads the body to its end, as the proxies before a real server do: an early answer would break uploads off. */
export async function drain(request: Request): Promise<void> {
  request.resume()
  await finished(request).catch(() => {})
}

function loginError(faults: Faults): number | undefined {
  return spend(faults, 'loginErrors') ? faults.loginErrorStatus : undefined
}

function serverError(faults: Faults): number | undefined {
  const fails = spend(faults, 'serverErrors') || Math.random() < faults.serverErrorRate
  return fails ? faults.serverErrorStatus : undefined
}

function spend(faults: Faults, name: 'serverErrors' | 'loginErrors' | 'dropConnections'): boolean {
  if (faults[name] === 0) return false
  faults[name]--
  return true
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // Unreferenced: once the server is closed nothing waits for the answer.
    setTimeout(resolve, ms).unref()
  })
}
