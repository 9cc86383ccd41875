import ServicetradeClient from '@latchkey/servicetrade/sdk'
import { check, client, type Open } from './subject.ts'

/** As its users have it, on undici's global dispatcher. */
export const openSdk: Open = async ({ origin }) => {
  const st = new ServicetradeClient({ ...client, baseUrl: origin })
  return {
    async call() {
      const { id } = (await st.get('/job/1')) as { id: number }
      check(id === 1)
    },
    close: () => st.close(),
  }
}
