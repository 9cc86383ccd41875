import { withServiceTrade } from '@latchkey/servicetrade'
import { type Account, readAccount } from './account.ts'
import { cleanUp } from './clean-up.ts'
import { help, type Options, readCommandLine } from './command-line.ts'
import { openOutput } from './output.ts'
import { UsageError } from './usage-error.ts'

const { say, complain, lost } = openOutput()

try {
  const options = readCommandLine(process.argv.slice(2))
  if (options === 'help') await say(help.trimEnd())
  else await run(readAccount(process.env), options)
} catch (error) {
  // What is lost has been complained of.
  if (error !== lost.reason) complain((error as Error).message)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

async function run(account: Account | undefined, options: Options): Promise<void> {
  if (account !== undefined) return work(account, options)
  // Loaded only here: whoever has an account needs no emulator.
  const { startEmulatedAccount } = await import('./emulated-account.ts')
  const emulated = await startEmulatedAccount()
  try {
    await say('No account is set: working on an emulator')
    await work(emulated.account, options)
  } finally {
    await emulated.api.close()
  }
}

/** Logs in, acts, and logs out, whatever happens on the way. */
async function work(account: Account, options: Options): Promise<void> {
  await withServiceTrade({ ...account, userAgent: 'nightly-script' }, async (st, { signal }) => {
    signal.addEventListener('abort', () => complain(`${(signal.reason as Error).message}: stopping`))
    await cleanUp(st, { ...options, signal: AbortSignal.any([signal, lost]), say })
  })
}
