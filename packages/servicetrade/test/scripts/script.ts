// Run as a process of its own: `script.ts <base URL> <what it does until it is interrupted>`.
import { once } from 'node:events'
import { type ServiceTrade, withServiceTrade } from '@latchkey/servicetrade'
import { defaultUser } from '@latchkey/servicetrade-emulator'

const [, , baseUrl = '', scenario = ''] = process.argv
const options = { ...defaultUser, baseUrl }
const say = (line: string): void => void process.stdout.write(`${line}\n`)
// Keeps the process alive, as a real script's own work would.
const alive = setInterval(() => {}, 60_000)

const unwind = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort')
  say(`aborted: ${signal.reason.name}: ${signal.reason.message}`)
}

const work = async (st: ServiceTrade, { signal }: { signal: AbortSignal }): Promise<void> => {
  await st.get('/job/1')
  say('working')
  await unwind(signal)
  await st.get('/job/2')
  say('cleaned up')
}

const scenarios: Record<string, () => Promise<unknown>> = {
  heeds: () => withServiceTrade(options, work),
  ignores: () =>
    withServiceTrade(options, async (st) => {
      await st.get('/job/1')
      say('working')
      await new Promise(() => {})
    }),
  'throws after': () =>
    withServiceTrade(options, async (st, { signal }) => {
      await st.get('/job/1')
      say('working')
      await unwind(signal)
      throw new Error('the clean-up failed')
    }),
  'during login': () =>
    withServiceTrade(options, async (st, { signal }) => {
      say('working')
      await Promise.all([unwind(signal), st.get('/job/1', {}, { signal })])
    }),
  'without login': () =>
    withServiceTrade(options, async (_st, { signal }) => {
      say('working')
      await unwind(signal)
    }),
  concurrent: () => Promise.all(Array.from({ length: 12 }, () => withServiceTrade(options, work))),
  nested: () =>
    withServiceTrade(options, async (outer, { signal }) => {
      await outer.get('/job/1')
      await withServiceTrade(options, work).catch(() => {})
      await unwind(signal)
      await outer.get('/job/1')
      say('outer cleaned up')
    }),
  'with a listener of its own': async () => {
    process.on('SIGTERM', () => say('own listener'))
    await withServiceTrade(options, work)
    // Signals are heard in the order in which they were sent: this one after any that was sent before.
    const heard = once(process, 'SIGUSR2')
    process.kill(process.pid, 'SIGUSR2')
    await heard
    say('went on')
  },
  'hung logout': () =>
    withServiceTrade(options, async (st, { signal }) => {
      await st.get('/job/1')
      say('working')
      await unwind(signal)
    }),
}

process.on('warning', (warning) => say(`warning: ${warning.message}`))
await scenarios[scenario]!()
clearInterval(alive)
say(
  `listeners left: ${process.listenerCount('SIGINT')} ${process.listenerCount('SIGTERM') - (scenario.includes('own') ? 1 : 0)}`,
)
