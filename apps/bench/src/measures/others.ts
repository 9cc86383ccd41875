import type { Agent } from 'node:http'
import type { AxiosInstance, AxiosStatic } from 'axios'
import type { AxiosAuthRefreshOptions } from 'axios-auth-refresh'
import type { OAuth2Client } from 'google-auth-library'

// Types alone are imported: whoever measures what it takes to load these libraries brings them.

export interface AxiosModules {
  readonly axios: AxiosStatic
  /** Its own types are of axios for CommonJS. */
  readonly createAuthRefresh: (
    instance: never,
    logIn: (failed: Failed) => Promise<void>,
    options?: AxiosAuthRefreshOptions,
  ) => number
}

export interface AxiosSettings {
  readonly agent?: Agent
  readonly refresh?: AxiosAuthRefreshOptions
}

/** As the README of axios-auth-refresh has it, the interceptor that gives the newest token to each request included. */
export function axiosClient(
  { axios, createAuthRefresh }: AxiosModules,
  origin: string,
  { agent, refresh = {} }: AxiosSettings = {},
): AxiosInstance {
  let cookie = ''
  const options = { baseURL: `${origin}/api`, ...(agent !== undefined && { httpAgent: agent }) }
  const client = axios.create(options)
  client.interceptors.request.use((request) => {
    if (cookie !== '') request.headers.set('Cookie', cookie)
    return request
  })
  const logIn = async (failed: Failed): Promise<void> => {
    const { data } = await axios.post<LoginAnswer>('/auth', { username: 'bench', password: 'bench' }, options)
    cookie = `PHPSESSID=${data.data.authToken}`
    failed.response.config.headers['Cookie'] = cookie
  }
  createAuthRefresh(client as never, logIn, refresh)
  return client
}

/** With a refresh token, and told to use it where the server refuses a token before its time. */
export function googleClient(Client: typeof OAuth2Client, origin: string): OAuth2Client {
  const client = new Client({
    clientId: 'bench',
    clientSecret: 'bench',
    forceRefreshOnFailure: true,
    endpoints: { oauth2TokenUrl: `${origin}/api/oauth2/token` },
  })
  client.setCredentials({ refresh_token: 'bench' })
  return client
}

interface Failed {
  readonly response: { readonly config: { readonly headers: Record<string, string> } }
}

interface LoginAnswer {
  readonly data: { readonly authToken: string }
}
