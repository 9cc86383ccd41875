import { defaultClient, type Emulator } from '@latchkey/servicetrade-emulator'
import { type Answer, call, type Call } from './support.ts'

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

export interface Grant {
  readonly access: string
  readonly refresh: string
}

/** Posts to `/oauth2/token`. */
export const askToken = (api: Emulator, json: unknown) => call(api, '/oauth2/token', { method: 'POST', json })

export const askForm = (api: Emulator, path: string, fields: Record<string, string>) =>
  call(api, path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })

export const fieldsOf = ({ clientId, clientSecret }: Credentials = defaultClient) => ({
  grant_type: 'client_credentials',
  client_id: clientId,
  client_secret: clientSecret,
})

export const tryClient = (api: Emulator, client?: Credentials) => askToken(api, fieldsOf(client))

export const tryRefresh = (api: Emulator, refresh: string, clientId = defaultClient.clientId) =>
  askToken(api, { grant_type: 'refresh_token', client_id: clientId, refresh_token: refresh })

export const tryRevoke = (api: Emulator, refresh: string, { clientId, clientSecret }: Credentials = defaultClient) =>
  call(api, '/oauth2/revoke', {
    method: 'POST',
    json: { refresh_token: refresh, client_id: clientId, client_secret: clientSecret },
  })

export function grantOf(answer: Answer): Grant {
  if (answer.status !== 200) throw new Error(`the token request was answered ${answer.status}`)
  return { access: answer.json.access_token, refresh: answer.json.refresh_token }
}

export const issue = async (api: Emulator, client?: Credentials) => grantOf(await tryClient(api, client))

export const bearer = (access: string, cookie?: string) => ({
  authorization: `Bearer ${access}`,
  ...(cookie !== undefined && { cookie: `PHPSESSID=${cookie}` }),
})

/** A request with an access token. */
export const as = (api: Emulator, access: string, path = '/job/1', options: Call = {}) =>
  call(api, path, { ...options, headers: { ...bearer(access), ...options.headers } })

export const claimsOf = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
