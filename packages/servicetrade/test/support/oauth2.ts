import { defaultClient, type Emulator } from '@latchkey/servicetrade-emulator'

export interface TokenAnswer {
  readonly access_token: string
  readonly refresh_token: string
}

/** Gets a token around the client, as some other program would. */
export async function requestToken(api: Pick<Emulator, 'url'>, fields: object = {}): Promise<TokenAnswer> {
  const { clientId: client_id, clientSecret: client_secret } = defaultClient
  const response = await fetch(`${api.url}/api/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret, ...fields }),
  })
  return (await response.json()) as TokenAnswer
}
