import express, { Router } from 'express'
import { ConfigurationError } from './configuration.ts'
import { setFaults } from './faults.ts'
import type { State } from './state.ts'

/** Ends all sessions. Returns how many there were. */
export function resetSessions({ sessions, tally }: State): number {
  const ended = sessions.endAll()
  if (ended > 0) tally.resets++
  return ended
}

/** Ends this session. Returns whether there was one. */
export function resetSession({ sessions, tally }: State, token: string): boolean {
  if (sessions.use(token) === undefined) return false
  tally.resets++
  return sessions.end(token)
}

/** What steers the emulator from other processes. Tokens come in bodies only, never in a URL. */
export function controlRouter(state: State): Router {
  const router = Router()
  router.use(express.json())
  router.get('/counters', (_request, response) => void response.json(state.counters))
  router
    .route('/faults')
    .get((_request, response) => void response.json(state.faults))
    .put((request, response) => {
      setFaults(state.faults, request.body)
      response.json(state.faults)
    })
  router.post('/reset', (request, response) => {
    const { token } = (request.body ?? {}) as { token?: unknown }
    if (token !== undefined && typeof token !== 'string') throw new ConfigurationError('token', 'a string', token)
    response.json({ ended: token === undefined ? resetSessions(state) : Number(resetSession(state, token)) })
  })
  return router
}
