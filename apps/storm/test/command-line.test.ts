import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../src/command-line.ts'
import { defaultResets, defaults } from '../src/defaults.ts'
import { runStorm } from './support/run-storm.ts'

const parse = (line: string, env = {}) => parseCommandLine(line.split(' ').filter(Boolean), env)

const none = { orders: [], random: 0, seed: expect.any(Number), settling: 1_000 * defaults.settling }

describe('the command line', () => {
  test('takes nothing, and then the defaults that the help tells', () => {
    const { processes, loops, pause, seconds, kills } = defaults
    const resets = defaultResets(seconds)
    const options = {
      processes,
      loops,
      pause,
      seconds,
      resets,
      kills,
      store: { kind: 'file' },
      faults: none,
      output: 'live',
    }
    expect(parse('')).toEqual({ options })
  })

  test('takes options after two dashes, which pnpm hands on', () => {
    expect(parse('-- --plain --seed 7')).toEqual(parse('--plain --seed 7'))
  })

  test('takes a real server, which gets less and is never reset', () => {
    const server = { baseUrl: 'https://api.example.com', username: 'ida', password: 'pw' }
    expect(parse('--base-url https://api.example.com --username ida', { LATCHKEY_PASSWORD: 'pw' })).toEqual({
      options: {
        ...{ ...defaults.real, seconds: 15, resets: 0, kills: 0, store: { kind: 'file' } },
        ...{ faults: none, output: 'live', server },
      },
    })
  })

  test.each([
    ['redis', { kind: 'redis', topology: 'server' }],
    ['redis-cluster', { kind: 'redis', topology: 'cluster' }],
    ['redis-sentinel', { kind: 'redis', topology: 'sentinel' }],
    ['rediss://user@example.com:1/2', { kind: 'redis', topology: 'given', url: 'rediss://user@example.com:1/2' }],
    ['memory', { kind: 'memory' }],
    ['./redis', { kind: 'file', path: './redis' }],
  ])('takes %s as a store', (where, store) => {
    expect(parse(`--store ${where}`)).toMatchObject({ options: { store } })
  })

  test('takes faults, which come instead of the resets and kills that are there by default', () => {
    const line =
      '--store redis --fault redis-freeze:5000+reset,login-kill --fault redis-flush --faults 3 --seed 7 --settle 60'
    const orders = [
      { name: 'redis-freeze', time: 5_000, reset: true },
      { name: 'login-kill', time: 0, reset: true },
      { name: 'redis-flush', time: 250, reset: false },
    ]
    const faults = { orders, random: 3, seed: 7, settling: 60_000 }
    expect(parse(line)).toMatchObject({ options: { resets: 0, kills: 0, seconds: 1, faults } })
    expect(parse(`${line} --resets 2 --kills 1`)).toMatchObject({ options: { resets: 2, kills: 1, faults } })
  })

  test.each([
    ['--processes abc', '--processes takes a whole number from 1 to 64, but got "abc"'],
    ['--processes 0', '--processes takes a whole number from 1 to 64, but got "0"'],
    ['--processes', '--processes takes a whole number from 1 to 64, but got nothing'],
    ['--loops 1001', '--loops takes a whole number from 1 to 1000, but got "1001"'],
    ['--seconds 1.5', '--seconds takes a whole number from 1 to 86400, but got "1.5"'],
    ['--seconds -1', '--seconds takes a whole number from 1 to 86400, but got "-1"'],
    ['--resets 1e3', '--resets takes a whole number from 0 to 10000, but got "1e3"'],
    ['--resets 3 --kills 5', '--kills takes a whole number from 0 to 3 (one per reset at most), but got "5"'],
    ['--store memory --kills 1', '--kills takes a whole number from 0 to 0 (with --store memory), but got "1"'],
    [
      '--store=',
      "--store takes 'file', 'memory', 'redis', 'redis-cluster', 'redis-sentinel', a redis:// URL or a path, but got nothing",
    ],
    ['--store redis://', /^--store takes a redis:\/\/ or rediss:\/\/ URL, .+, but got a string of 8 characters$/],
    ['--fault', '--fault takes a fault, but got nothing'],
    ['--store redis --fault redis-frieze', /^--fault takes faults as in .+, but got "redis-frieze"$/],
    ['--store redis --fault redis-kill:soon', /^--fault takes faults as in .+, but got "redis-kill:soon"$/],
    ['--fault redis-kill', /^--fault takes, with this --store, login-kill, .+, but got "redis-kill"$/],
    ['--fault session-prune+reset', '--fault takes session-prune without +reset, but got "session-prune+reset"'],
    ['--faults some', '--faults takes a whole number from 0 to 10000, but got "some"'],
    [
      '--store /dev/null',
      /^--store takes a file that this process can read and write, or make \(.+\), but got a string of 9 characters$/,
    ],
    ['--plain=yes', '--plain takes no value, but got one'],
    ['--username ida', '--username takes no value without --base-url, but got one'],
    ['--base-url http://x', '--username takes a user who may log in, but got nothing'],
    [
      '--base-url http://x --username ida',
      '--password takes a password, or LATCHKEY_PASSWORD does, but both got nothing',
    ],
    ['--base-url http://x --username ida --resets 2', '--resets takes no value with --base-url, but got one'],
    [
      '--base-url ftp://x --username ida --password pw',
      /^--base-url takes an http or https URL .+, but got a string of 7 characters$/,
    ],
    [
      '--base-url http://x/api --username ida --password pw',
      /^--base-url takes an http or https URL of the server alone, .+, but got .+$/,
    ],
    ['secret', 'takes options only, but got an argument without --'],
    ['--pasword=secret', /^--pasword is unknown; known are --processes, .+, --help$/],
  ])('answers %s with one line', (line, message) => {
    const command = parse(line)
    expect(command).toMatchObject({ exitCode: 2 })
    const [, said] = /^storm: (.+)\n$/.exec((command as { text: string }).text)!
    if (typeof message === 'string') expect(said).toBe(message)
    else expect(said).toMatch(message)
    expect(said).not.toContain('secret')
  })

  test('is explained by --help', async () => {
    const { exitCode, stdout, stderr } = await runStorm(['--help'])
    const { processes, loops, seconds } = defaults
    for (const known of [
      `--processes <n>.+\\(${processes};`,
      `--loops <n>.+\\(${loops};`,
      `--seconds <n>.+\\(${seconds}\\)`,
    ]) {
      expect(stdout).toMatch(new RegExp(known))
    }
    for (const name of [
      'pause',
      'resets',
      'kills',
      'store',
      'fault',
      'faults',
      'seed',
      'settle',
      'plain',
      'json',
      'base-url',
      'username',
      'password',
    ]) {
      expect(stdout).toContain(`--${name}`)
    }
    expect(stdout).toContain('LATCHKEY_PASSWORD')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  test('ends the program with exit code 2 if it is wrong', async () => {
    const { exitCode, stdout, stderr } = await runStorm(['--processes', 'many'])
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'storm: --processes takes a whole number from 1 to 64, but got "many"\n',
    })
  })
})
