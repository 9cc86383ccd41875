import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { jobAnswer, loggedOut, loginAnswer, refusal, tokenAnswer } from './answers.ts'
import type { Listening, Numbered, Order, Receipt } from './messages.ts'
import { type Incoming, RequestReader } from './requests.ts'

// A process of its own. It does as little as it can for each request, so that what is measured is the client.
let token = newToken()
let loginTime = 0
let held: (() => void)[] | undefined
let onHeld = (): void => {}
let [logins, requests, refused] = [0, 0, 0]

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new RequestReader((request) => handle(request, socket))
  socket.on('data', (chunk: Buffer) => reader.add(chunk))
  socket.on('error', () => socket.destroy())
})

function handle({ method, path, head }: Incoming, socket: Socket): void {
  if (method === 'POST' && /^\/(api\/auth|(api\/)?oauth2\/token)\b/.test(path)) return logIn(path, socket)
  if (method === 'DELETE') return void socket.write(loggedOut)
  requests += 1
  if (held === undefined) return answer(head, socket)
  held.push(() => answer(head, socket))
  onHeld()
}

function answer(head: string, socket: Socket): void {
  if (head.includes(token)) socket.write(jobAnswer)
  else {
    refused += 1
    socket.write(refusal)
  }
}

function logIn(path: string, socket: Socket): void {
  logins += 1
  const reply = (): void => void socket.write(path.includes('oauth2') ? tokenAnswer(token) : loginAnswer(token))
  if (loginTime === 0) reply()
  else setTimeout(reply, loginTime)
}

/** As long as the API's own session ids. */
function newToken(): string {
  return randomBytes(13).toString('hex')
}

async function confirm(order: Numbered<Order>): Promise<void> {
  await obey(order)
  process.send?.({ id: order.id, counters: { logins, requests, refused } } satisfies Receipt)
}

async function obey(order: Order): Promise<void> {
  switch (order.type) {
    case 'login-time':
      loginTime = order.time
      break
    case 'reset':
      token = newToken()
      break
    case 'hold': {
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiting: (() => void)[] = []
      held = waiting
      onHeld = () => {
        if (waiting.length >= order.count) resolve()
      }
      await promise
      break
    }
    case 'release':
      for (const one of held?.splice(0) ?? []) one()
      held = undefined
      break
    case 'count':
      break
  }
}

process.on('message', (order: Numbered<Order>) => {
  void confirm(order)
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port } satisfies Listening)
})
