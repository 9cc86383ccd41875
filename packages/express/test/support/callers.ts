import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { type ClientRequest, request, type ServerResponse } from 'node:http'

/** Sends a GET on a connection of its own, which goes away when the request is destroyed. */
export function call(url: string): ClientRequest {
  const caller = request(url, { agent: false })
  caller.on('error', () => {})
  return caller.end()
}

/** Begins to send a JSON body, and waits for more of it. */
export function beginToSend(url: string, text: string): ClientRequest {
  const headers = { 'content-type': 'application/json', 'content-length': 1_000 }
  const caller = request(url, { agent: false, method: 'POST', headers })
  caller.on('error', () => {})
  caller.write(text)
  return caller
}

/** The responses that a server of this process at `url` begins to work on, as they come. */
export function responsesOf(url: string) {
  const port = Number(new URL(url).port)
  const responses: ServerResponse[] = []
  const arrivals = new EventEmitter()
  const onStart = (message: unknown): void => {
    const { response } = message as { response: ServerResponse }
    if (response.req.socket.localPort !== port) return
    responses.push(response)
    arrivals.emit('arrived')
  }
  subscribe('http.server.request.start', onStart)
  return {
    responses,
    async arrived(count: number): Promise<void> {
      while (responses.length < count) await once(arrivals, 'arrived')
    },
    /** Resolves once one of them is closed: it was sent, or its connection broke off. */
    async closed(index: number): Promise<void> {
      const response = responses[index]!
      if (!response.closed) await once(response, 'close')
    },
    [Symbol.dispose]: () => void unsubscribe('http.server.request.start', onStart),
  }
}
