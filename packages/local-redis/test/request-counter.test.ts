import { expect, test } from 'vitest'
import { RequestCounter } from '../src/request-counter.ts'
import { commandOf } from './client.ts'

const commands = [['SET', 'key', 'a\r\nb'], ['ECHO', ''], ['SET', 'Ä', '*1\r\n$4\r\nPING\r\n'], ['PING']]
const bytes = Buffer.from(commands.map((command) => commandOf(...command)).join(''))

test('commands are counted wherever the stream is cut in three', () => {
  for (let one = 0; one <= bytes.length; one++) {
    for (let two = one; two <= bytes.length; two++) {
      const counter = new RequestCounter()
      const chunks = [bytes.subarray(0, one), bytes.subarray(one, two), bytes.subarray(two)]
      const count = chunks.reduce((sum, chunk) => sum + counter.count(chunk), 0)
      expect(count, `cut at ${one} and ${two}`).toBe(commands.length)
    }
  }
})

test('a command counts with its last byte', () => {
  const counter = new RequestCounter()
  const command = Buffer.from(commandOf('SET', 'key', 'value'))
  expect(counter.count(command.subarray(0, -1))).toBe(0)
  expect(counter.count(command.subarray(-1))).toBe(1)
})

test('what is no array is no command', () => {
  const counter = new RequestCounter()
  expect(counter.count(Buffer.from(`PING\r\n\r\n*0\r\n*-1\r\n${commandOf('PING')}`))).toBe(1)
})
