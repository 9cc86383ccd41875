import { axiosClient } from '../others.ts'
import { answerQuestions } from '../scale/child.ts'
import type { Call } from './call.ts'

// One of several processes that start at once. Each loads no more than it needs.
answerQuestions(async (call: Call): Promise<true> => {
  await callers[call.kind](call)
  return true
})

const callers: Readonly<Record<Call['kind'], (call: Call) => Promise<unknown>>> = {
  async file({ origin, store: path }) {
    const { FileTokenStore } = await import('@latchkey/store-file')
    const { ServiceTrade } = await import('@latchkey/servicetrade')
    const store = new FileTokenStore({ path })
    return new ServiceTrade({ username: 'bench', password: 'bench', baseUrl: origin, store }).get('/job/1')
  },

  async redis({ origin, store: url, prefix }) {
    const { RedisTokenStore } = await import('@latchkey/store-redis')
    const { ServiceTrade } = await import('@latchkey/servicetrade')
    const store = new RedisTokenStore({ url, prefix })
    return new ServiceTrade({ username: 'bench', password: 'bench', baseUrl: origin, store }).get('/job/1')
  },

  async axios({ origin }) {
    const { default: axios } = await import('axios')
    const { createAuthRefresh } = await import('axios-auth-refresh')
    return axiosClient({ axios, createAuthRefresh }, origin).get('/job/1')
  },
}
