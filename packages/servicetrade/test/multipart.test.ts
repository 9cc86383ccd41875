import { expect, test } from 'vitest'
import { multipart } from '../src/files/multipart.ts'
import { collect } from './support/client.ts'

const file = { name: 'uploadedFile', filename: 'a.bin', contentType: 'image/png', open: () => [Buffer.from('bytes')] }

const read = async (form: ReturnType<typeof multipart>) =>
  Buffer.concat((await collect(form.open())).map((chunk) => Buffer.from(chunk)))

test('a form with a file of known size tells its length, and can be read again', async () => {
  const form = multipart([['description', 'Prüfbericht']], { ...file, size: 5 })
  const body = await read(form)
  expect(form.headers['content-length']).toBe(String(body.length))
  expect(await read(form)).toEqual(body)
})

test('a form with a file of unknown size tells no length', () => {
  expect(multipart([], { ...file, size: undefined }).headers).not.toHaveProperty('content-length')
})

test('no name can end its header or add another', async () => {
  const nasty = 'a"\r\nx-evil: 1\r\n\r\nb'
  const form = multipart([[nasty, 'value']], { ...file, filename: nasty, size: 5 })
  const text = (await read(form)).toString()
  expect(text).not.toContain('\r\nx-evil')
  expect(text.match(/a%22%0D%0Ax-evil: 1%0D%0A%0D%0Ab"/g)).toHaveLength(2)
})

test('what is written is what a form parser reads', async () => {
  const form = multipart([['entityId', '1']], { ...file, size: 5 })
  const parsed = await new Response(await read(form), { headers: form.headers }).formData()
  expect(parsed.get('entityId')).toBe('1')
  const upload = parsed.get('uploadedFile') as File
  expect([upload.name, upload.type, await upload.text()]).toEqual(['a.bin', 'image/png', 'bytes'])
})
