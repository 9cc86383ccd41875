import type { Authenticator, StoredDocument, TokenStore } from '@latchkey/core'
import type { IncomingMessage } from 'node:http'
import { axiosClient, googleClient } from '../others.ts'

type FirstAnswer = (origin: string) => Promise<unknown>

const credentials = { username: 'bench', password: 'bench' }

/**
 * From nothing loaded to one answer, by the name of the subject. Each imports what it needs itself, and is done when the
 * answer is parsed. What does not log in by itself is logged in by hand.
 */
export const firstAnswers: Readonly<Record<string, FirstAnswer>> = {
  'node:http': async (origin) => {
    const { request } = await import('node:http')
    const send = (method: string, path: string, cookie: string, body: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const headers = { cookie, 'content-type': 'application/json', 'content-length': body.length }
        const sent = request(`${origin}${path}`, { method, headers }, (answer) => resolve(textOf(answer)))
        sent.on('error', reject)
        sent.end(body)
      })
    const cookie = cookieOf(JSON.parse(await send('POST', '/api/auth', '', JSON.stringify(credentials))))
    return JSON.parse(await send('GET', '/api/job/1', cookie, ''))
  },

  undici: async (origin) => {
    const { request } = await import('undici')
    const headers = { 'content-type': 'application/json' }
    const login = await request(`${origin}/api/auth`, { method: 'POST', headers, body: JSON.stringify(credentials) })
    const cookie = cookieOf(await login.body.json())
    const { body } = await request(`${origin}/api/job/1`, { headers: { cookie } })
    return body.json()
  },

  '@latchkey/core': async (origin) => {
    const { Session } = await import('@latchkey/core')
    const session = new Session({ authenticator: authenticatorOf(origin), store: storeOfOne() })
    const answer = await session.fetch(`${origin}/api/job/1`)
    return answer.json()
  },

  '@latchkey/servicetrade': async (baseUrl) => {
    const { ServiceTrade } = await import('@latchkey/servicetrade')
    return new ServiceTrade({ ...credentials, baseUrl }).get('/job/1')
  },

  '@latchkey/servicetrade/sdk': async (baseUrl) => {
    const { default: ServicetradeClient } = await import('@latchkey/servicetrade/sdk')
    return new ServicetradeClient({ baseUrl, clientId: 'bench', clientSecret: 'bench' }).get('/job/1')
  },

  '@latchkey/servicetrade/legacy': async (baseUrl) => {
    const { default: servicetrade } = await import('@latchkey/servicetrade/legacy')
    return servicetrade({ ...credentials, baseUrl }).get('/job/1')
  },

  'axios with axios-auth-refresh': async (origin) => {
    const [{ default: axios }, { createAuthRefresh }] = await Promise.all([
      import('axios'),
      import('axios-auth-refresh'),
    ])
    return axiosClient({ axios, createAuthRefresh }, origin).get('/job/1')
  },

  'google-auth-library': async (origin) => {
    const { OAuth2Client } = await import('google-auth-library')
    return googleClient(OAuth2Client, origin).request({ url: `${origin}/api/job/1` })
  },
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return text
}

function cookieOf(login: unknown): string {
  return `PHPSESSID=${(login as { data: { authToken: string } }).data.authToken}`
}

/** The core knows no API. */
function authenticatorOf(origin: string): Authenticator {
  return {
    subject: 'bench',
    fingerprint: 'bench',
    origin,
    async login({ dispatcher, signal }) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify(credentials)
      const answer = await dispatcher.request({ origin, path: '/api/auth', method: 'POST', headers, body, signal })
      const { data } = (await answer.body.json()) as { data: { authToken: string } }
      return { token: data.authToken }
    },
    authorize: ({ token }) => ({ cookie: `PHPSESSID=${token}` }),
    isReset: ({ statusCode }) => statusCode === 401,
  }
}

/** As much of a store as one process needs. */
function storeOfOne(): TokenStore {
  let stored: StoredDocument | undefined
  return {
    get: async () => stored,
    set: async (_key, state, expected) => {
      if (stored?.version !== expected) return false
      stored = { version: String(Number(expected ?? 0) + 1), state }
      return stored.version
    },
  }
}
