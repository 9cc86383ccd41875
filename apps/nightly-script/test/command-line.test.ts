import { describe, expect, test } from 'vitest'
import { readAccount } from '../src/account.ts'
import { readCommandLine } from '../src/command-line.ts'
import { runScript } from './support/start-script.ts'

const days = '--older-than takes a whole number of days from 1 to 3650, but got'
const known = '--delete, --older-than, --help'

describe('the command line', () => {
  test.each([
    ['', { isDeleting: false, olderThan: 30 }],
    ['--delete', { isDeleting: true, olderThan: 30 }],
    ['-- --older-than=7 --delete', { isDeleting: true, olderThan: 7 }],
    ['--delete --help', 'help'],
  ])('takes "%s"', (line, options) => {
    expect(readCommandLine(line.split(' ').filter(Boolean))).toEqual(options)
  })

  test.each([
    ['--older-than soon', `${days} "soon"`],
    ['--older-than 0', `${days} "0"`],
    ['--older-than 3651', `${days} "3651"`],
    ['--older-than --delete', `${days} "--delete"`],
    ['--older-than', `${days} nothing`],
    ['--delete=yes', '--delete takes no value, but got "yes"'],
    ['--password=secret', `the command line takes only ${known}, but got --password`],
    ['secret', 'the command line takes options only, but got an argument without --'],
  ])('answers "%s" with what it takes and what it got', (line, message) => {
    expect(() => readCommandLine(line.split(' '))).toThrow(new Error(message))
  })

  test('ends the script with exit code 2 if it is wrong', async () => {
    expect(await runScript(['--older-than', 'soon'])).toMatchObject({
      exitCode: 2,
      lines: [],
      stderr: `nightly-script: ${days} "soon"\n`,
    })
  })

  test('is explained by --help', async () => {
    const { exitCode, lines, stderr } = await runScript(['--help'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const text = lines.join('\n')
    for (const name of [...known.split(', '), 'USERNAME', 'PASSWORD', 'CLIENT_ID', 'CLIENT_SECRET', 'URL'])
      expect(text).toContain(name)
  })
})

describe('the environment', () => {
  const user = { SERVICETRADE_USERNAME: 'ida' }
  const account = { ...user, SERVICETRADE_PASSWORD: 'correct-horse-battery' }
  const oauth2 = { SERVICETRADE_CLIENT_ID: 'acme', SERVICETRADE_CLIENT_SECRET: 'correct-horse-battery' }
  const noName = 'SERVICETRADE_USERNAME takes the name of a user who may log in, but got nothing'

  test('names an account, or none', () => {
    const login = { username: 'ida', password: 'correct-horse-battery' }
    expect(readAccount({ SERVICETRADE_USERNAME: '' })).toBe(undefined)
    expect(readAccount(account)).toEqual(login)
    const baseUrl = 'https://api.servicetrade.com'
    expect(readAccount({ ...account, SERVICETRADE_URL: baseUrl })).toEqual({ ...login, baseUrl })
    const client = { clientId: 'acme', clientSecret: 'correct-horse-battery' }
    expect(readAccount({ ...oauth2, SERVICETRADE_URL: baseUrl })).toEqual({ ...client, baseUrl })
  })

  test.each([
    ['no password', user, 'SERVICETRADE_PASSWORD takes the password of SERVICETRADE_USERNAME, but got nothing'],
    ['no username', { SERVICETRADE_PASSWORD: 'correct-horse-battery' }, noName],
    ['no secret', { SERVICETRADE_CLIENT_ID: 'acme' }, 'SERVICETRADE_CLIENT_SECRET takes the secret of'],
    ['no client', { SERVICETRADE_CLIENT_SECRET: 'correct-horse' }, 'SERVICETRADE_CLIENT_ID takes the id of'],
    ['a user beside a client', { ...oauth2, ...user }, 'SERVICETRADE_USERNAME takes nothing beside'],
    ['a server alone', { SERVICETRADE_URL: 'http://127.0.0.1:1' }, noName],
    [
      'no server',
      { ...account, SERVICETRADE_URL: 'http://127.0.0.1:1/api' },
      /^SERVICETRADE_URL takes an http or https URL of the server alone, .+, but got a string of 22 characters$/,
    ],
  ])('with %s is complained about', (_what, env, message) => {
    expect(() => readAccount(env)).toThrow(message)
    expect(() => readAccount(env)).not.toThrow(/correct-horse/)
  })

  test('ends the script with exit code 2 if half of an account is missing', async () => {
    const { exitCode, lines, stderr } = await runScript(['--delete'], user)
    expect({ exitCode, lines }).toEqual({ exitCode: 2, lines: [] })
    expect(stderr).toMatch(/^nightly-script: SERVICETRADE_PASSWORD takes .+, but got nothing\n$/)
  })
})
