import { Agent } from 'node:http'
import { ServiceTrade } from '@latchkey/servicetrade'
import servicetrade from '@latchkey/servicetrade/legacy'
import ServicetradeClient from '@latchkey/servicetrade/sdk'
import axios from 'axios'
import { type AxiosAuthRefreshOptions, createAuthRefresh } from 'axios-auth-refresh'
import { OAuth2Client } from 'google-auth-library'
import { Pool } from 'undici'
import { axiosClient, googleClient } from '../others.ts'

/** A client with a session of its own, that logs in by itself. */
export interface Client {
  get(): Promise<unknown>
  close(): unknown
}

export interface Subject {
  readonly name: string
  /** @param connections as many as the client may open, and needs */
  open(origin: string, connections: number): Client
}

const credentials = { username: 'bench', password: 'bench' }

export const ours: Subject = {
  name: 'ServiceTrade.get',
  open(baseUrl, connections) {
    const dispatcher = new Pool(baseUrl, { connections })
    const client = new ServiceTrade({ ...credentials, baseUrl, dispatcher })
    return {
      get: () => client.get('/job/1'),
      close: async () => {
        await client.close()
        await dispatcher.close()
      },
    }
  },
}

const sdk: Subject = {
  name: '@latchkey/servicetrade/sdk',
  open(baseUrl) {
    const client = new ServicetradeClient({ baseUrl, clientId: 'bench', clientSecret: 'bench' })
    return { get: () => client.get('/job/1'), close: () => client.close() }
  },
}

const legacy: Subject = {
  name: '@latchkey/servicetrade/legacy',
  open(baseUrl) {
    const client = servicetrade({ ...credentials, baseUrl })
    return { get: () => client.get('/job/1'), close: () => client.close() }
  },
}

const axiosAuthRefresh: Subject = {
  name: 'axios with axios-auth-refresh',
  open: (origin, connections) => openAxios(origin, connections),
}

// By default it leaves refusals alone that arrive during a refresh. So, they wait for it.
const axiosNotDeduplicated: Subject = {
  name: 'the same with deduplicateRefresh: false',
  open: (origin, connections) => openAxios(origin, connections, { deduplicateRefresh: false }),
}

const google: Subject = {
  name: 'google-auth-library',
  open(origin) {
    const client = googleClient(OAuth2Client, origin)
    return { get: () => client.request({ url: `${origin}/api/job/1` }), close: () => {} }
  },
}

export const subjects: readonly Subject[] = [ours, sdk, legacy, axiosAuthRefresh, axiosNotDeduplicated, google]

function openAxios(origin: string, maxSockets: number, refresh: AxiosAuthRefreshOptions = {}): Client {
  const agent = new Agent({ keepAlive: true, maxSockets })
  const client = axiosClient({ axios, createAuthRefresh }, origin, { agent, refresh })
  return { get: () => client.get('/job/1'), close: () => agent.destroy() }
}
