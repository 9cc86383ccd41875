import express, { type ErrorRequestHandler, type Express, Router } from 'express'
import { authRouter } from './auth.ts'
import { ConfigurationError } from './configuration.ts'
import { controlRouter } from './control.ts'
import { answer, ApiError, isUnreadable } from './envelope.ts'
import { oauth2Router } from './oauth2/router.ts'
import { filesRouter } from './resources/attachment.ts'
import { resourceRouter } from './resources/index.ts'
import type { State } from './state.ts'
import { drain, requireSession, traffic } from './traffic.ts'

const version = '1.0'

export function createApp(state: State): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple')
  app.use('/emulator', controlRouter(state), controlErrors)
  app.use('/files', filesRouter(state.accounts.map(({ db }) => db)))
  app.use('/api', traffic(state), heartbeat(state), authRouter(state))
  app.use('/api/oauth2', oauth2Router(state))
  app.use('/api', requireSession(state), resourceRouter(state))
  app.use((_request, response) => void response.status(404).end())
  app.use(apiErrors(state))
  return app
}

function heartbeat(state: State): Router {
  const router = Router()
  router
    .route('/')
    .get((_request, response) => {
      answer(state, response, 200, { data: { version, serverTime: Math.floor(state.clock() / 1000) } })
    })
    .all(() => {
      throw new ApiError(405, 'Method not allowed')
    })
  return router
}

function apiErrors(state: State): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    await drain(request)
    if (error instanceof ApiError && error.messages === undefined) return void response.status(error.status).end()
    if (error instanceof ApiError) return answer(state, response, error.status, { messages: error.messages })
    // Express tells the operator, and answers 500.
    if (!isUnreadable(error)) return next(error)
    return answer(state, response, 400, { messages: { error: ['The request body cannot be read'] } })
  }
}

const controlErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof ConfigurationError) return void response.status(400).json({ error: error.message })
  if (isUnreadable(error)) return void response.status(400).json({ error: 'The request body cannot be read' })
  return next(error)
}
