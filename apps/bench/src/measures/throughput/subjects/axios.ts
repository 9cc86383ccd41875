import { Agent } from 'node:http'
import axios from 'axios'
import { createAuthRefresh } from 'axios-auth-refresh'
import { axiosClient } from '../../others.ts'
import { check, type Open } from './subject.ts'

/** On connections that are kept. */
export const openAxios: Open = async ({ origin, connections }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const client = axiosClient({ axios, createAuthRefresh }, origin, { agent })
  return {
    async call() {
      const { status, data } = await client.get<{ data: { id: number } }>('/job/1')
      check(status === 200 && data.data.id === 1)
    },
    close: async () => agent.destroy(),
  }
}
