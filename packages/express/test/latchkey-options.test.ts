import { ConfigurationError } from '@latchkey/core'
import { latchkey } from '@latchkey/express'
import { expect, test } from 'vitest'
import { recordingClient } from './support/recording-client.ts'

const client = recordingClient()
test.each<[what: string, options: unknown, message: string]>([
  ['nothing', undefined, 'latchkey options takes an object, but got undefined'],
  ['neither', {}, 'client takes a client, or no value beside resolve: there must be one of both, but got undefined'],
  [
    'both',
    { client, resolve: () => client },
    'client takes a client, or no value beside resolve: there must be one of both, but got an object',
  ],
  ['no client', { client: {} }, 'client takes a client, with withSignal(), but got an object'],
  [
    'no function',
    { resolve: client },
    'resolve takes a function that returns the client of a request, but got an object',
  ],
  ['no name', { client, as: '' }, 'as takes a string that is not empty, but got an empty string'],
  [
    'an unknown one',
    { client, name: 'st' },
    'latchkey option name takes no value, since it is unknown (known are client, resolve, as), but got a string of 2 characters',
  ],
])('latchkey() refuses %s', (_what, options, message) => {
  expect(() => latchkey(options as never)).toThrow(ConfigurationError)
  expect(() => latchkey(options as never)).toThrow(message)
})
