// Leaves an emulator open, with a connection from before and one from after it was told not to matter.
import { once } from 'node:events'
import { connect } from 'node:net'
import { startEmulator } from '@latchkey/servicetrade-emulator'

const api = await startEmulator()
const talk = async () => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.write('GET /api HTTP/1.1\r\nhost: emulator\r\n\r\n')
  const [answer] = await once(socket, 'data')
  // Kept alive, as clients do with connections that are idle.
  socket.unref()
  return String(answer).split('\r\n')[0]
}
const before = await talk()
api.unref()
const after = await talk()
process.stdout.write(`${before}, ${after}\n`)
