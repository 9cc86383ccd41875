import { OAuth2Client } from 'google-auth-library'
import { googleClient } from '../../others.ts'
import { check, type Open } from './subject.ts'

export const openGoogle: Open = async ({ origin }) => {
  const client = googleClient(OAuth2Client, origin)
  const url = `${origin}/api/job/1`
  return {
    async call() {
      const { status, data } = await client.request<{ data: { id: number } }>({ url })
      check(status === 200 && data.data.id === 1)
    },
    close: async () => {},
  }
}
