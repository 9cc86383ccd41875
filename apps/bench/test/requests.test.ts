import { describe, expect, test } from 'vitest'
import { type Incoming, RequestReader } from '../src/server/requests.ts'

const get = 'GET /api/job/1 HTTP/1.1\r\nhost: x\r\ncookie: PHPSESSID=abc\r\n\r\n'
const post = 'POST /api/auth HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody'
const chunked = 'POST /oauth2/token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'

function read(...chunks: string[]): string[] {
  const found: Incoming[] = []
  const reader = new RequestReader((request) => found.push(request))
  for (const chunk of chunks) reader.add(Buffer.from(chunk))
  return found.map(({ method, path }) => `${method} ${path}`)
}

describe('the server', () => {
  test('reads one request after the other, with a body of some length, chunks or none', () => {
    expect(read(get, post, chunked, get)).toEqual([
      'GET /api/job/1',
      'POST /api/auth',
      'POST /oauth2/token',
      'GET /api/job/1',
    ])
  })

  test('reads requests that come together', () => {
    expect(read(post + chunked + get + get)).toHaveLength(4)
  })

  test.each([get, post, chunked])('reads a request wherever it is cut: %j', (request) => {
    const whole = read(request)
    for (let place = 1; place < request.length; place += 1) {
      expect(read(request.slice(0, place), request.slice(place))).toEqual(whole)
    }
  })

  test('waits for the rest of a request', () => {
    expect(read(post.slice(0, -1))).toEqual([])
    expect(read(chunked.slice(0, -2))).toEqual([])
  })

  test('hands on the head alone with all its headers', () => {
    const heads: string[] = []
    new RequestReader(({ head }) => heads.push(head)).add(Buffer.from(get))
    expect(heads).toEqual([get])
  })
})
