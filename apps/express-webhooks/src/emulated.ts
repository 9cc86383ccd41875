import { defaultUser, startEmulator } from '@latchkey/servicetrade-emulator'

/** The account to use where none is configured: an emulator, in which somebody changes a job now and then. */
export async function startEmulated(): Promise<{
  account: { baseUrl: string; username: string; password: string }
  work(): void
  close(): Promise<void>
}> {
  const emulator = await startEmulator()
  let timer: NodeJS.Timeout | undefined
  let changes = 0
  const changeOne = (): void => {
    changes += 1
    emulator.change('job', 1 + (changes % 5), { customerPo: `PO ${changes}` })
  }
  return {
    account: { baseUrl: emulator.url, ...defaultUser },
    work() {
      changeOne()
      timer = setInterval(changeOne, 2_000)
    },
    async close() {
      clearInterval(timer)
      await emulator.close()
    },
  }
}
