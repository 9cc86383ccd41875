import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished, vi } from 'vitest'

/** A connection that sends what it is told and keeps what it gets. */
export class Client {
  received = ''
  readonly socket: Socket
  readonly closed: Promise<void>

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => (this.received += chunk.toString('latin1')))
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()))
    onTestFinished(() => void this.socket.destroy())
  }

  send(...args: string[]): void {
    this.socket.write(commandOf(...args))
  }

  async receives(text: string): Promise<void> {
    // Compared once, as some of it is megabytes.
    const isAllThere = (): boolean => this.received.length >= text.length
    await vi.waitUntil(isAllThere, { timeout: 10_000, interval: 5 }).catch(() => {})
    if (this.received !== text) throw new Error(`${this.received.length} bytes came: ${this.received.slice(0, 200)}`)
    this.received = ''
  }
}

export async function connectedClient(port: number): Promise<Client> {
  const client = new Client(port)
  await once(client.socket, 'connect')
  return client
}

export const commandOf = (...args: string[]): string =>
  [`*${args.length}`, ...args.flatMap((arg) => [`$${Buffer.byteLength(arg)}`, arg]), ''].join('\r\n')

/** Whether a server listens on this port of 127.0.0.1. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
