import { OAuth2Client } from 'google-auth-library'
import { check, client, type Open } from './subject.ts'

/** As its README has it, with a refresh token, and our server in the place of Google's. */
export const openGoogle: Open = async ({ origin }) => {
  const oauth2 = new OAuth2Client({ ...client, endpoints: { oauth2TokenUrl: `${origin}/oauth2/token` } })
  oauth2.setCredentials({ refresh_token: 'bench' })
  const url = `${origin}/api/job/1`
  return {
    async call() {
      const { status, data } = await oauth2.request<{ data: { id: number } }>({ url })
      check(status === 200 && data.data.id === 1)
    },
    close: async () => {},
  }
}
