import common from '@nestjs/common/package.json' with { type: 'json' }
import core from '@nestjs/core/package.json' with { type: 'json' }
import terminus from '@nestjs/terminus/package.json' with { type: 'json' }
import { LatchkeyModule, SessionExceptionFilter } from '@latchkey/nestjs'
import { HttpAdapterHost } from '@nestjs/core'
import { expect, test } from 'vitest'
import { importing, startContext } from './support/app.ts'
import { idleOptions } from './support/session.ts'

const major = process.env['NEST_MAJOR'] ?? '12'

test(`these tests run on Nest ${major}`, () => {
  const majors = [common, core, terminus].map(({ version }) => version.split('.')[0])
  expect(majors).toEqual([major, major, major])
})

test('the package uses the Nest that the tests do', async () => {
  const root = importing(LatchkeyModule.forRoot(idleOptions('somebody')))
  const app = await startContext({ ...root, providers: [SessionExceptionFilter] })
  // Given by its class, which is another one in another Nest.
  expect(app.get(SessionExceptionFilter)).toBeInstanceOf(SessionExceptionFilter)
  expect(app.get(HttpAdapterHost)).toBeInstanceOf(HttpAdapterHost)
})
