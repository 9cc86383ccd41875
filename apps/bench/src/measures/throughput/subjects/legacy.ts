import servicetrade from '@latchkey/servicetrade/legacy'
import { check, credentials, type Open } from './subject.ts'

/** As its users have it, on undici's global dispatcher. */
export const openLegacy: Open = async ({ origin }) => {
  const st = servicetrade({ ...credentials, baseUrl: origin })
  await st.login()
  return {
    async call() {
      const { id } = await st.get<{ id: number }>('/job/1')
      check(id === 1)
    },
    close: () => st.close(),
  }
}
