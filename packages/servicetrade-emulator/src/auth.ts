import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express'
import { presentedCaller, servedCaller } from './caller.ts'
import { answer, ApiError, type Messages, readJson } from './envelope.ts'
import { passGate } from './gate.ts'
import { renderUser } from './resources/user.ts'
import { createToken, type Session } from './sessions.ts'
import type { State } from './state.ts'
import type { LoginUser } from './users.ts'

/** `/auth`: log in, ask who one is, log out. */
export function authRouter(state: State): Router {
  const router = Router()
  router
    .route('/auth')
    .post(
      readJson,
      express.urlencoded(),
      (request: Request, response: Response) => login(state, request, response),
      countRefusal(state),
    )
    .get((request, response) => {
      const session = servedCaller(state, request)?.session
      if (session === undefined) return answer(state, response, 404, noSession)
      response.locals['username'] = session.username
      return answer(state, response, 200, { data: sessionData(state, session) })
    })
    .delete((request, response) => {
      // A fault that keeps sessions from being served does not keep them from being ended.
      const session = presentedCaller(state, request)?.session
      if (session === undefined) return answer(state, response, 404, noSession)
      state.sessions.end(session.token)
      state.tally.logouts++
      response.status(204).end()
    })
    .all(() => {
      throw new ApiError(405, 'Method not allowed')
    })
  return router
}

function login(state: State, request: Request, response: Response): void {
  const { faults, tally, users, sessions } = state
  const { username, password } = credentials(request, faults.jsonLoginsOnly)
  if (username === undefined || password === undefined) {
    const missing = Object.entries({ username, password }).filter(([, value]) => value === undefined)
    const validation = Object.fromEntries(missing.map(([name]) => [name, [`${name} is required`]]))
    throw new ApiError(400, { validation })
  }
  const known = users.get(username)
  const gate = passGate(state, response, known)
  if (gate === 'throttled') {
    return answer(state, response, 429, { messages: { error: ['Too many login attempts'] } })
  }
  const matches = known !== undefined && known.password === password && known.user.status === 'active'
  if (!matches || gate === 'denied') {
    tally.refused++
    if (!faults.plainCookies) setCookies(state, response, createToken())
    return answer(state, response, 403, anonymous('Invalid credentials provided'))
  }
  const session = sessions.open(username)
  tally.logins++
  setCookies(state, response, session.token)
  response.locals['username'] = username
  return answer(state, response, 200, { data: sessionData(state, session) })
}

/** Sees what a login throws: a body that cannot be read, or lacks credentials. Both are answered 400. */
function countRefusal({ tally }: State): ErrorRequestHandler {
  return (error: unknown, _request, _response, next) => {
    tally.refused++
    next(error)
  }
}

/** JSON and form bodies and the query string are all taken: JSON is documented, the others are in use. */
function credentials(
  request: Request,
  jsonOnly: boolean,
): { username: string | undefined; password: string | undefined } {
  const body = (jsonOnly && !request.is('json') ? {} : request.body) as Record<string, unknown> | undefined
  const query = jsonOnly ? {} : request.query
  const read = (name: string) => {
    const value = body?.[name] ?? query[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return { username: read('username'), password: read('password') }
}

/** Among the cookies of a load balancer, as in the field. A refused login sets one, too: it opens nothing. */
function setCookies(state: State, response: Response, token: string): void {
  if (state.faults.dropCookies) return
  const own = `PHPSESSID=${token}; Path=/; HttpOnly`
  const balancer = createToken()
  const all = [`AWSALB=${balancer}; Path=/`, own, `AWSALBCORS=${balancer}; Path=/; SameSite=None`]
  response.append('set-cookie', state.faults.plainCookies ? own : all)
}

function sessionData(state: State, { token, username }: Session): object {
  const user = sessionUser(state.users.get(username)!)
  return { ...identity(true, token), user, environment: 'production', isDemo: false }
}

function sessionUser({ account: { id, name, db }, user }: LoginUser): object {
  const avatar = Object.fromEntries(['small', 'medium', 'large'].map((size) => [size, `${db.url}/avatars/${size}.png`]))
  return { ...renderUser(user, db), avatar, account: { id, name }, serviceLines: [] }
}

function anonymous(message: string): { data: object; messages: Messages } {
  return { data: { ...identity(false, null), user: null }, messages: { error: [message] } }
}

const identity = (authenticated: boolean, authToken: string | null) => ({ authenticated, eulaNeeded: false, authToken })

const noSession = anonymous('No active session found for given auth token')
