import express, { Router } from 'express'
import { objectOf, optional, text } from './configuration.ts'
import { changeEntity, createEntity, removeEntity } from './edits.ts'
import { setFaults } from './faults.ts'
import type { State } from './state.ts'

/** Ends all sessions and access tokens. Returns how many there were. */
export function resetSessions({ sessions, tokens, tally }: State): number {
  const ended = sessions.endAll() + tokens.endAll()
  if (ended > 0) tally.resets++
  return ended
}

/** Ends the session, or the access token, of that name. Returns whether there was one. */
export function resetSession({ sessions, tokens, tally }: State, token: string): boolean {
  if (sessions.use(token) === undefined && tokens.use(token) === undefined) return false
  tally.resets++
  return sessions.end(token) || tokens.end(token)
}

const readReset = objectOf({ token: optional(text) })

const asIs = (value: unknown): unknown => value
const who = { account: asIs, username: asIs }
const readCreate = objectOf({ kind: asIs, fields: asIs, ...who })
const readChange = objectOf({ kind: asIs, id: asIs, fields: asIs, ...who })
const readRemove = objectOf({ kind: asIs, id: asIs, ...who })

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
  router.post('/revoke-refresh-tokens', (_request, response) => {
    response.json({ ended: state.tokens.endRefreshTokens() })
  })
  router.post('/create', (request, response) => {
    const { kind, fields, ...by } = readCreate(request.body, 'create body')
    response.json(createEntity(state, kind, fields, by))
  })
  router.post('/change', (request, response) => {
    const { kind, id, fields, ...by } = readChange(request.body, 'change body')
    response.json(changeEntity(state, kind, id, fields, by))
  })
  router.post('/remove', (request, response) => {
    const { kind, id, ...by } = readRemove(request.body, 'remove body')
    removeEntity(state, kind, id, by)
    response.status(204).end()
  })
  router.post('/settle', async (_request, response) => {
    await state.webhooks.settled()
    response.json(state.counters)
  })
  return router
}
