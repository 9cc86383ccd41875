import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Emulator, startEmulator } from '@latchkey/servicetrade-emulator'
import { Client, FormData, request } from 'undici'
import { expect, test } from 'vitest'
import { call, login, send } from './support.ts'

const bytes = randomBytes(300_000)
const md5 = createHash('md5').update(bytes).digest('hex')

const pdf = new File([bytes], 'Bericht Ä 1.pdf', { type: 'application/pdf' })

function form(parts: Record<string, string> = {}, file: File | null = pdf) {
  const data = new FormData()
  for (const [name, value] of Object.entries({ purposeId: '1', entityType: '3', entityId: '1', ...parts })) {
    data.append(name, value)
  }
  if (file !== null) data.append('uploadedFile', file)
  return data
}

const upload = (api: Emulator, token: string, body: FormData) =>
  call(api, '/attachment', { method: 'POST', token, body })

test('an upload is stored byte by byte, with the md5 of its bytes', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  const answer = await upload(api, token, form({ description: '42', visibility: 'public,techs' }))
  expect(answer.status).toBe(200)
  const { data } = answer.json
  expect(data).toMatchObject({
    id: 1,
    uri: `${api.url}/api/attachment/1`,
    checksum: md5,
    fileName: 'Bericht Ä 1.pdf',
    fileType: 'application/pdf',
    purposeId: 1,
    description: '42',
    visibility: ['public', 'techs'],
    entity: { id: 1, type: 3, uri: `${api.url}/api/job/1` },
    scanStatus: 'clean',
  })
  const content = await fetch(data.contentUrl)
  expect(content.headers.get('content-type')).toBe('application/pdf')
  expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true)
})

test('an upload of 101 MB is taken', async () => {
  await using api = await startEmulator()
  const megabyte = randomBytes(1024 * 1024)
  const boundary = '----an-upload-of-101-MB'
  const fields = Object.entries({ purposeId: '1', entityType: '3', entityId: '1' }).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file = 'content-disposition: form-data; name="uploadedFile"; filename="large"'
  const sum = createHash('md5')
  function* body() {
    yield Buffer.from(`${fields.join('')}--${boundary}\r\n${file}\r\n\r\n`)
    for (let count = 0; count < 101; count++) {
      sum.update(megabyte)
      yield megabyte
    }
    yield Buffer.from(`\r\n--${boundary}--\r\n`)
  }
  const answer = await request(`${api.url}/api/attachment`, {
    method: 'POST',
    headers: {
      cookie: `PHPSESSID=${await login(api)}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body: Readable.from(body()),
  })
  const { data } = (await answer.body.json()) as { data: { checksum: string } }
  expect([answer.statusCode, data.checksum]).toEqual([200, sum.digest('hex')])
})

test('attachments are listed by entity, changed and deleted', async () => {
  await using api = await startEmulator()
  const token = await login(api)
  await upload(api, token, form())
  await upload(api, token, form({ purposeId: '7' }))
  await upload(api, token, form({ entityId: '2' }))
  const list = async (query: string) =>
    (await call(api, `/attachment?${query}`, { token })).json.data.attachments.map(({ id }: { id: number }) => id)
  expect(await list('entityType=3&entityId=1')).toEqual([1, 2])
  expect(await list('entityType=3&entityId=1&purposeId=7')).toEqual([2])
  const put = await call(api, '/attachment/2', { method: 'PUT', token, json: { description: 'new', entityId: 2 } })
  expect(put.json.data).toMatchObject({ description: 'new', entity: { id: 1 } })
  const { contentUrl } = put.json.data
  expect((await call(api, '/attachment/2', { method: 'DELETE', token })).status).toBe(204)
  expect((await call(api, '/attachment/2', { token })).status).toBe(404)
  expect((await send(contentUrl)).status).toBe(404)
})

test('an empty file is a file', async () => {
  await using api = await startEmulator()
  const { data } = (await upload(api, await login(api), form({}, new File([], 'empty')))).json
  expect(data.checksum).toBe('d41d8cd98f00b204e9800998ecf8427e')
})

test.each([
  ['no file', {}, null, 'uploadedFile'],
  ['a string for a file', { uploadedFile: 'x' }, null, 'uploadedFile'],
  ['an unknown purpose', { purposeId: '2' }, pdf, 'purposeId'],
  ['an entity that is no number', { entityId: 'one' }, pdf, 'entityId'],
])('an upload with %s is answered 400', async (_what, parts, file, wrong) => {
  await using api = await startEmulator()
  const answer = await upload(api, await login(api), form(parts, file))
  expect(answer.status).toBe(400)
  expect(Object.keys(answer.json.messages.validation)).toEqual([wrong])
})

test('an upload to an entity that is not there is answered 403', async () => {
  await using api = await startEmulator()
  expect((await upload(api, await login(api), form({ entityId: '999' }))).status).toBe(403)
})

test.each([
  ['JSON', 'application/json', '{}'],
  [
    'a torn form',
    'multipart/form-data; boundary=----abcdefghijklmnopqrstuvwxyz',
    '------abcdefghijklmnopqrstuvwxyz\r\nConte',
  ],
  ['a form without boundary', 'multipart/form-data', 'x'],
])('%s is no upload', async (_what, type, body) => {
  await using api = await startEmulator()
  const token = await login(api)
  const answer = await call(api, '/attachment', { method: 'POST', token, body, headers: { 'content-type': type } })
  expect(answer.status).toBe(400)
  expect(answer.json.messages.error).toHaveLength(1)
})

test('a rejected upload is read to its end, so that its connection can be kept', async () => {
  await using api = await startEmulator()
  const client = new Client(api.url)
  let connections = 0
  client.on('connect', () => connections++)
  for (let count = 0; count < 3; count++) {
    const body = form({}, new File([new Uint8Array(30_000_000)], 'large'))
    const response = await client.request({ path: '/api/attachment', method: 'POST', body })
    expect([response.statusCode, await response.body.text()]).toEqual([401, ''])
  }
  expect(connections).toBe(1)
  await client.close()
})
