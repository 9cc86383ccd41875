import express, { type Request, type Response, Router } from 'express'
import { servedCaller } from '../caller.ts'
import { ApiError, readJson } from '../envelope.ts'
import type { State } from '../state.ts'
import { reject } from '../traffic.ts'
import { oauth2Errors } from './errors.ts'
import { countRefusal, grantTokens, readBody, wrongClient } from './token.ts'

/** `/oauth2`: tokens for a client, their end, and whose they are. All of it answers flat, outside of the envelope. */
export function oauth2Router(state: State): Router {
  const router = Router()
  const readForm = express.urlencoded()
  const notAllowed = (): never => {
    throw new ApiError(405, 'Method not allowed')
  }
  const grant = (request: Request, response: Response) => grantTokens(state, request, response)
  router.route('/token').post(readJson, readForm, grant, countRefusal(state)).all(notAllowed)
  router
    .route('/revoke')
    .post(readJson, readForm, (request: Request, response: Response) => revoke(state, request, response))
    .all(notAllowed)
  router
    .route('/userinfo')
    .get((request, response) => tellUser(state, request, response))
    .all(notAllowed)
  router.use(oauth2Errors())
  return router
}

/** A token that is dead, or another client's, is answered like a live one: RFC 7009. */
function revoke({ clients, tokens, tally }: State, request: Request, response: Response): void {
  const field = readBody(request.body)
  const [refreshToken, clientId, secret] = [field('refresh_token'), field('client_id'), field('client_secret')]
  const client = clients.get(clientId)
  if (client === undefined || client.secret !== secret) throw wrongClient()
  if (tokens.revoke(refreshToken, client)) tally.logouts++
  response.json({})
}

async function tellUser(state: State, request: Request, response: Response): Promise<void> {
  const caller = servedCaller(state, request)
  if (caller === undefined || caller.session !== undefined) return reject(state, request, response)
  const { user } = state.users.get(caller.username)!
  response.json({
    sub: String(user.id),
    name: `${user.firstName} ${user.lastName}`,
    email: user.email,
    preferred_username: user.username,
  })
}
