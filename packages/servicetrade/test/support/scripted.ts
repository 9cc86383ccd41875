import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Scripted extends AsyncDisposable {
  readonly url: string
  readonly received: Received[]
}

/** A server that answers as it is told: for answers that the emulator never gives. */
export async function startScripted(
  answer: (request: Received, response: ServerResponse) => void | Promise<void>,
): Promise<Scripted> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    await answer(one, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const token = 'abcdefghijklmnopqrstuvwxyz'

/** Logs everybody in, and leaves all other requests to `answer`. */
export function startLoggedIn(answer: Parameters<typeof startScripted>[0]): Promise<Scripted> {
  return startScripted((request, response) => {
    if (request.url !== '/api/auth' || request.method !== 'POST') return answer(request, response)
    json(response, 200, { data: { authenticated: true, authToken: token } })
  })
}

export function json(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
