import { Agent, type Dispatcher, fetch, request } from 'undici'
import { check, credentials, type Open } from './subject.ts'

/** What every client sends, bare. */
async function bareRequest(
  dispatcher: Dispatcher,
  origin: string,
): Promise<{ url: string; options: { dispatcher: Dispatcher; headers: Record<string, string> } }> {
  const body = JSON.stringify(credentials)
  const headers = { 'content-type': 'application/json' }
  const login = await request(`${origin}/api/auth`, { method: 'POST', body, headers, dispatcher })
  const { data } = (await login.body.json()) as { data: { authToken: string } }
  return {
    url: `${origin}/api/job/1`,
    options: {
      dispatcher,
      headers: { accept: 'application/json', 'user-agent': 'latchkey', cookie: `PHPSESSID=${data.authToken}` },
    },
  }
}

export const openRequest: Open = async ({ origin, pool }) => {
  const { url, options } = await bareRequest(await pool(), origin)
  return {
    async call() {
      const { statusCode, body } = await request(url, options)
      const text = await body.text()
      check(statusCode === 200 && text.length > 0)
    },
    close: async () => {},
  }
}

export const openParsed: Open = async ({ origin, pool }) => {
  const { url, options } = await bareRequest(await pool(), origin)
  return {
    async call() {
      const { statusCode, body } = await request(url, options)
      const { data } = JSON.parse(await body.text()) as { data: { id: number } }
      check(statusCode === 200 && data.id === 1)
    },
    close: async () => {},
  }
}

export const openFetch: Open = async ({ origin, pool }) => {
  const { url, options } = await bareRequest(await pool(), origin)
  return {
    async call() {
      const response = await fetch(url, options)
      const text = await response.text()
      check(response.status === 200 && text.length > 0)
    },
    close: async () => {},
  }
}

/** As the global dispatcher is, which opens as many connections as there are requests. */
export const openAgent: Open = async ({ origin }) => {
  const agent = new Agent()
  const { url, options } = await bareRequest(agent, origin)
  return {
    async call() {
      const { statusCode, body } = await request(url, options)
      const text = await body.text()
      check(statusCode === 200 && text.length > 0)
    },
    close: () => agent.close(),
  }
}
