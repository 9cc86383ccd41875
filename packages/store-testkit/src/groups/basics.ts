import assert from 'node:assert/strict'
import { write } from './compare-and-set.ts'
import type { Cases, Group } from './group.ts'

const states: Record<string, string> = {
  'an empty string': '',
  JSON: '{"token":"abc","expiresAt":1}',
  'line ends and blanks': ' \r\n\t\n ',
  'accents, Han and emoji': 'Zoë 会话 🔑👩‍👩‍👧',
  'NUL and control characters': 'a\u0000b\u0001\u007f',
  'a lone surrogate': 'a\ud83db',
  '100 KiB': '0123456789abcdef'.repeat(6_400),
}

const keys = [
  'api.example.com/user@account#a1b2',
  'API.example.com/user@account#a1b2',
  'api.example.com/user@account#a1b2 ',
  'api.example.com',
  '../../etc/passwd',
  '%2e%2e/x?y=1&z#h',
  '*',
  '{a}:b',
  "'; DROP TABLE document; --",
  '__proto__',
  'constructor',
  'é',
  'e\u0301',
  '🔑',
  'line\nend',
  'k'.repeat(2_000),
  `${'k'.repeat(2_000)}2`,
]

function keepsExactly([what, state]: [string, string]): [string, Cases[string]] {
  return [
    `keeps a state exactly as it is: ${what}`,
    async (bench) => {
      const store = await bench.open()
      const created = await write(store, 'key', state)
      assert.ok((await store.get('key'))?.state === state, 'it reads as it was written')
      await write(store, 'key', state, await write(store, 'key', 'another', created))
      assert.ok((await store.get('key'))?.state === state, 'it reads as it was written over another')
    },
  ]
}

export const basics: Group = {
  name: 'documents',
  casesFor: () => ({
    'reads as undefined what was never written': async (bench) => {
      const store = await bench.open()
      assert.equal(await store.get('absent'), undefined)
    },
    'reads what was written, with the version that the write made': async (bench) => {
      const store = await bench.open()
      const version = await store.set('key', 'state', undefined)
      assert.equal(typeof version, 'string')
      const document = await store.get('key')
      assert.deepEqual([document?.version, document?.state], [version, 'state'])
    },
    'reads what was written last': async (bench) => {
      const store = await bench.open()
      const second = await write(store, 'key', 'second', await write(store, 'key', 'first'))
      const document = await store.get('key')
      assert.deepEqual([document?.version, document?.state], [second, 'second'])
    },
    ...Object.fromEntries(Object.entries(states).map(keepsExactly)),
    'keeps keys apart, however alike or odd they are': async (bench) => {
      const store = await bench.open()
      for (const [index, key] of keys.entries()) {
        assert.equal(await store.get(key), undefined, `key ${index} is absent before it is written`)
        assert.ok((await store.set(key, `state ${index}`, undefined)) !== false, `key ${index} is written`)
      }
      for (const [index, key] of keys.entries()) {
        assert.equal((await store.get(key))?.state, `state ${index}`, `key ${index} has its own state`)
      }
    },
  }),
}
