import express, { Router } from 'express'
import { objectOf, optional, text } from './configuration.ts'
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

const readReset = objectOf({ token: optional(text) })

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
    const { token } = readReset(request.body ?? {}, 'reset body')
    response.json({ ended: token === undefined ? resetSessions(state) : Number(resetSession(state, token)) })
  })
  return router
}
