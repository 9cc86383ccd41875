import { describe, expect, test } from 'vitest'
import { readCommandLine, readController } from '../src/settings.ts'
import { run } from './support/runs.ts'

describe('the program', { timeout: 120_000 }, () => {
  test('shows what several runs make of a controller of its own, if it is given none', async () => {
    const { exitCode, stdout, stderr } = await run([])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const logins = [...stdout.matchAll(/^Logins of this run: (.+);/gm)].map(([, said]) => said)
    expect(logins).toEqual(['1 (first)', '0', '1 (reset)', '0', '0'])
    expect(stdout).toMatch(/^The controller saw 2 logins\. It has 0 sessions open, of 4 that it can have\.\n$/m)
  })

  test('is explained by --help', async () => {
    const { exitCode, stdout, stderr } = await run(['--help'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const name of ['--log-out', '--store', 'REDFISH_URL', 'REDFISH_USERNAME', 'REDFISH_PASSWORD']) {
      expect(stdout).toContain(name)
    }
  })

  test.each([
    [['--power-off'], {}, /^any-api: Unknown option '--power-off'/],
    [['--log-out'], {}, /^any-api: REDFISH_URL takes a controller, if there are options, but got undefined\n$/],
    [
      ['--store', '/dev/null'],
      { REDFISH_URL: 'http://127.0.0.1:1', REDFISH_USERNAME: 'a', REDFISH_PASSWORD: 'correct-horse-battery' },
      /^any-api: --store takes a file that .+, but got a string of 9 characters\n$/,
    ],
  ])('answers %j and %j with one line and exit code 2', async (args, env, message) => {
    const { exitCode, stdout, stderr } = await run(args, env)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('correct-horse')
  })
})

describe('the settings', () => {
  const env = { REDFISH_URL: 'https://10.0.0.7/', REDFISH_USERNAME: 'ida', REDFISH_PASSWORD: 'correct-horse-battery' }

  test('name a controller, or none', () => {
    expect(readController({})).toBe(undefined)
    expect(readController({ REDFISH_URL: '', REDFISH_USERNAME: '', REDFISH_PASSWORD: '' })).toBe(undefined)
    expect(readController(env)).toEqual({
      origin: 'https://10.0.0.7',
      username: 'ida',
      password: 'correct-horse-battery',
    })
  })

  test.each([
    ['REDFISH_URL', 'https://10.0.0.7/redfish'],
    ['REDFISH_URL', '10.0.0.7'],
  ])('complain of %s where it is "%s"', (name, value) => {
    expect(() => readController({ ...env, [name]: value })).toThrow(new RegExp(`^${name} takes .+, but got .+ string`))
  })

  test('complain of what is missing', () => {
    const { REDFISH_PASSWORD: _password, ...rest } = env
    for (const given of [rest, { ...rest, REDFISH_PASSWORD: '' }]) {
      expect(() => readController(given)).toThrow(/^REDFISH_PASSWORD takes .+, but got undefined$/)
    }
    expect(() => readController({ REDFISH_PASSWORD: 'correct-horse-battery' })).toThrow(/^REDFISH_URL takes /)
  })

  test('take a file and --log-out, after the dashes that pnpm hands on, too', () => {
    expect(readCommandLine(['--', '--store', 'a.db', '--log-out'])).toEqual({ isLoggingOut: true, store: 'a.db' })
    expect(readCommandLine(['--log-out'])).toMatchObject({
      isLoggingOut: true,
      store: expect.stringMatching(/sessions\.db$/),
    })
    expect(readCommandLine([])).toBe('none')
  })
})
