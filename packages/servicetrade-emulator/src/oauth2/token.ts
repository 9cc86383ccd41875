import type { ErrorRequestHandler, Request, Response } from 'express'
import { passGate } from '../gate.ts'
import type { State } from '../state.ts'
import type { Client } from './clients.ts'
import { answerOAuth2Error, OAuth2Error } from './errors.ts'
import type { IssuedTokens } from './tokens.ts'

/** `POST /oauth2/token`: yields tokens for a client's secret, or for a refresh token. */
export function grantTokens(state: State, request: Request, response: Response): void {
  const field = readBody(state.faults.jsonLoginsOnly && !request.is('json') ? undefined : request.body)
  const grantType = field('grant_type')
  if (grantType !== 'client_credentials' && grantType !== 'refresh_token') {
    throw new OAuth2Error('unsupported_grant_type', 'grant_type is client_credentials or refresh_token')
  }
  const clientId = field('client_id')
  const proof = field(grantType === 'refresh_token' ? 'refresh_token' : 'client_secret')
  const client = state.clients.get(clientId)
  const gate = passGate(state, response, client)
  if (gate === 'throttled') {
    return answerOAuth2Error(response, new OAuth2Error('too_many_requests', 'Too many login attempts'))
  }
  const isOpen = gate === 'open' && client?.user.user.status === 'active'
  const issued =
    grantType === 'refresh_token' ? refresh(state, client, proof, isOpen) : issue(state, client, proof, isOpen)
  state.tally.logins++
  const { tokenLifetime, expiresIn } = state.oauth2
  response.set('cache-control', 'no-store').json({
    access_token: issued.accessToken,
    token_type: 'Bearer',
    ...(expiresIn && { expires_in: Math.floor(tokenLifetime / 1000) }),
    ...(issued.refreshToken !== undefined && { refresh_token: issued.refreshToken }),
  })
}

/** Sees what a token request throws: all of it is a refusal. */
export function countRefusal({ tally }: State): ErrorRequestHandler {
  return (error: unknown, _request, _response, next) => {
    tally.refused++
    if (error instanceof OAuth2Error && error.code === 'invalid_grant') tally.refreshTokensRefused++
    next(error)
  }
}

/** Reads strings that must be there. */
export function readBody(body: unknown): (name: string) => string {
  return (name) => {
    const value = (body as Record<string, unknown> | undefined)?.[name]
    if (typeof value !== 'string' || value === '') throw new OAuth2Error('invalid_request', `${name} is required`)
    return value
  }
}

export const wrongClient = () => new OAuth2Error('invalid_client', 'Client authentication failed')

function issue({ tokens }: State, client: Client | undefined, secret: string, isOpen: boolean): IssuedTokens {
  if (client === undefined || client.secret !== secret || !isOpen) throw wrongClient()
  return tokens.issue(client)
}

function refresh({ tokens }: State, client: Client | undefined, token: string, isOpen: boolean): IssuedTokens {
  if (client === undefined) throw wrongClient()
  const issued = isOpen ? tokens.refresh(token, client) : undefined
  if (issued === undefined) throw new OAuth2Error('invalid_grant', 'The refresh token is invalid')
  return issued
}
