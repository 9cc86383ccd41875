import { Session } from '@latchkey/core'
import { ServiceTrade, SessionAuthenticator } from '@latchkey/servicetrade'
import { MemoryTokenStore } from '@latchkey/store-memory'
import { type Pool, request } from 'undici'
import { check, credentials, type Open } from './subject.ts'

const headers = { accept: 'application/json', 'user-agent': 'latchkey' }

function openSession(baseUrl: string, dispatcher: Pool): Session {
  const authenticator = new SessionAuthenticator({ ...credentials, baseUrl })
  return new Session({ authenticator, store: new MemoryTokenStore(), dispatcher })
}

export const openInterceptor: Open = async ({ origin, pool }) => {
  const session = openSession(origin, await pool())
  const dispatcher = (await pool()).compose(session.interceptor())
  const url = `${origin}/api/job/1`
  const options = { dispatcher, headers }
  return {
    async call() {
      const { statusCode, body } = await request(url, options)
      const text = await body.text()
      check(statusCode === 200 && text.length > 0)
    },
    close: () => session.close(),
  }
}

export const openSessionFetch: Open = async ({ origin, pool }) => {
  const session = openSession(origin, await pool())
  const url = `${origin}/api/job/1`
  const options = { headers }
  return {
    async call() {
      const response = await session.fetch(url, options)
      const text = await response.text()
      check(response.status === 200 && text.length > 0)
    },
    close: () => session.close(),
  }
}

export const openServiceTrade: Open = async ({ origin, pool }) => {
  const st = new ServiceTrade({ ...credentials, baseUrl: origin, dispatcher: await pool() })
  return {
    async call() {
      const { id } = await st.get('/job/1')
      check(id === 1)
    },
    close: () => st.close(),
  }
}
