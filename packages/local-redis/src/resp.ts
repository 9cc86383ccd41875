import { connect, isIP } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

/** Where a server listens, and who asks. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls?: boolean
  readonly username?: string
  readonly password?: string
}

/** A reply: strings, whole numbers, null and arrays of them. An error reply is an Error. */
export type Reply = string | number | null | Error | Reply[]

/**
 * Sends one command on a connection of its own. Rejects with an error reply, when the connection fails, and
 * when there is no reply within `limit` ms.
 */
export function ask(endpoint: Endpoint, args: readonly string[], limit = 5000): Promise<Reply> {
  const { host, port, username, password } = endpoint
  const login = password === undefined ? [] : [['AUTH', ...(username ? [username] : []), password]]
  const commands = [...login, args]
  const servername = isIP(host) === 0 ? { servername: host } : {}
  const socket = endpoint.tls ? connectSecurely({ host, port, ...servername }) : connect(port, host)
  return new Promise<Reply>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${args[0]} to ${host}:${port} ${why}`))
    const timer = setTimeout(() => fail(`was not answered within ${limit} ms`), limit)
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const replies = repliesIn(received, commands.length)
      const refusal = replies.find((reply) => reply instanceof Error)
      if (refusal !== undefined) reject(refusal)
      else if (replies.length === commands.length) resolve(replies.at(-1)!)
    })
    socket.on('error', (error) => fail(`failed: ${error.message}`))
    socket.on('close', () => {
      clearTimeout(timer)
      fail('was not answered: the connection was closed')
    })
    socket.write(commands.map(encode).join(''))
  }).finally(() => socket.destroy())
}

function encode(args: readonly string[]): string {
  return [`*${args.length}`, ...args.flatMap((arg) => [`$${Buffer.byteLength(arg)}`, arg]), ''].join('\r\n')
}

/** The complete ones, at most so many. */
function repliesIn(bytes: Buffer, count: number): Reply[] {
  const replies: Reply[] = []
  for (let at = 0; replies.length < count;) {
    const parsed = parse(bytes, at)
    if (parsed === undefined) break
    replies.push(parsed.reply)
    at = parsed.end
  }
  return replies
}

/** The reply that begins there, and where it ends; undefined if a part is yet to come. */
function parse(bytes: Buffer, start: number): { reply: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd === -1) return undefined
  const line = bytes.toString('utf8', start + 1, lineEnd)
  const end = lineEnd + 2
  switch (String.fromCharCode(bytes[start]!)) {
    case '+':
      return { reply: line, end }
    case '-':
      return { reply: new Error(line), end }
    case ':':
      return { reply: Number(line), end }
    case '$':
      return parseString(bytes, end, Number(line))
    case '*':
      return parseArray(bytes, end, Number(line))
    default:
      return { reply: new Error('the server speaks another protocol'), end }
  }
}

function parseString(bytes: Buffer, start: number, length: number): { reply: Reply; end: number } | undefined {
  if (length === -1) return { reply: null, end: start }
  const end = start + length + 2
  return bytes.length < end ? undefined : { reply: bytes.toString('utf8', start, end - 2), end }
}

function parseArray(bytes: Buffer, start: number, length: number): { reply: Reply; end: number } | undefined {
  if (length === -1) return { reply: null, end: start }
  const reply: Reply[] = []
  let end = start
  while (reply.length < length) {
    const item = parse(bytes, end)
    if (item === undefined) return undefined
    reply.push(item.reply)
    end = item.end
  }
  return { reply, end }
}
