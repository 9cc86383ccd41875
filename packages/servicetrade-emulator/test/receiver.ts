import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import type { Emulator } from '@latchkey/servicetrade-emulator'
import { call } from './support.ts'

export interface Received {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly type: string | undefined
  readonly text: string
  /** The message. */
  readonly json: any
}

/** Takes messages of webhooks. `answer` is told how many came before. */
export async function startReceiver(
  answer: (response: ServerResponse, before: number) => void = (response) => response.end(),
) {
  const received: Received[] = []
  const watchers: { count: number; resolve: () => void }[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url: path, headers } = request
    const text = await textOf(request)
    received.push({ method, path, type: headers['content-type'], text, json: JSON.parse(text) })
    for (const { count, resolve } of watchers) if (count <= received.length) resolve()
    answer(response, received.length - 1)
  }
  const server = createServer((request, response) => void receive(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    /** Of all messages, in the order of their arrival: what happened to what. */
    events: (): string[] =>
      received.flatMap(({ json }) =>
        json.data.map(({ action, entity: { type, id } }: any) => `${type} ${id} ${action}`),
      ),
    arrived: (count: number) =>
      new Promise<void>((resolve) => {
        watchers.push({ count, resolve })
        if (count <= received.length) resolve()
      }),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Makes a webhook and returns its id. */
export async function subscribe(api: Emulator, token: string, hookUrl: string, options: object = {}): Promise<number> {
  const answer = await call(api, '/webhook', { method: 'POST', token, json: { hookUrl, ...options } })
  if (answer.status !== 200) throw new Error(`the webhook was answered ${answer.status}`)
  return answer.json.data.id
}
