import { ServiceTrade } from '@latchkey/servicetrade'
import { Agent } from 'undici'
import { Bookkeeping } from './bookkeeping.ts'
import { counting } from './counting-store.ts'
import type { Message, Order } from './messages.ts'
import { openStore } from './stores.ts'
import { Workload } from './workload.ts'

const reportInterval = 200

/**
 * As many as the requests of all loops need. A Node server takes one new connection per turn of its event loop, so
 * without a limit the last of 200 that come at once would wait for seconds where the processors are busy.
 */
const connections = 8

process.once('disconnect', () => process.exit())
process.on('message', (order: Order) => {
  if (order.type === 'start') begin(order)
})
send({ type: 'ready' })

function begin({ settings, mark }: Order & { type: 'start' }): void {
  const { loops, pause, readOnly, store: plan, tuning, clockError, ...access } = settings
  setClock(clockError)
  const books = new Bookkeeping({ mark, onLogin: (underWay) => send({ type: 'login', underWay }) })
  const { store, close: closeStore } = openStore(plan)
  const dispatcher = new Agent({ connections })
  const counted = counting(store, () => books.storeUsed())
  const client = new ServiceTrade({ ...access, ...tuning, store: counted, dispatcher })
  const workload = new Workload({
    client,
    readOnly,
    pause,
    onServed: (startedAt) => books.served(startedAt),
    onFailed: (error, startedAt) => books.failed(error, startedAt),
  })
  const running = Promise.all(Array.from({ length: loops }, () => workload.loop()))
  const reporting = setInterval(() => send(books.report()), reportInterval)

  process.on('message', (order: Order) => {
    if (order.type === 'mark') books.mark(order.mark)
    if (order.type === 'stop') void stop()
    if (order.type === 'leave') void leave(order.logout)
  })

  async function stop(): Promise<void> {
    workload.stop()
    await running
    clearInterval(reporting)
    send(books.report())
    send({ type: 'stopped' })
  }

  async function leave(logout: boolean): Promise<void> {
    // A demo may leave no session behind that nobody can find again.
    if (logout) await client.logout()
    await client.close()
    await Promise.all([closeStore(), dispatcher.close()])
    process.disconnect()
  }
}

/** Sets this process's wall clock wrong, as that of another machine may be. */
function setClock(error: number): void {
  const trueTime = Date.now.bind(Date)
  if (error !== 0) Date.now = () => trueTime() + error
}

function send(message: Message): void {
  // The storm may be gone by now, which the channel's end says well enough.
  process.send?.(message, undefined, undefined, () => {})
}
