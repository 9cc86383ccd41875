import { Agent } from 'node:http'
import axios from 'axios'
import { createAuthRefresh } from 'axios-auth-refresh'
import { check, credentials, type Open } from './subject.ts'

interface LoginAnswer {
  readonly data: { readonly authToken: string }
}

interface Failure {
  readonly response: { readonly config: { readonly headers: Record<string, string> } }
}

/** As the READMEs of both have it, on connections that are kept. */
export const openAxios: Open = async ({ origin, connections }) => {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: connections })
  const instance = axios.create({ baseURL: `${origin}/api`, httpAgent })
  let cookie = ''
  instance.interceptors.request.use((request) => {
    if (cookie !== '') request.headers.set('cookie', cookie)
    return request
  })
  // Its types are of axios for CommonJS.
  createAuthRefresh(instance as never, async (failed: Failure) => {
    const { data } = await instance.post<LoginAnswer>('/auth', credentials)
    cookie = `PHPSESSID=${data.data.authToken}`
    failed.response.config.headers['cookie'] = cookie
  })
  return {
    async call() {
      const { status, data } = await instance.get<{ data: { id: number } }>('/job/1')
      check(status === 200 && data.data.id === 1)
    },
    close: async () => httpAgent.destroy(),
  }
}
