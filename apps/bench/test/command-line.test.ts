import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../src/command-line.ts'
import { measures } from '../src/measures/all.ts'
import { measureNames } from '../src/measures/names.ts'
import { startBench } from './support/run-bench.ts'

const all = measureNames.join(', ')
const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean))

describe('the command line', () => {
  test('takes nothing, and then everything is measured', () => {
    expect(parse('')).toEqual({ options: { size: 'full', only: measureNames, out: undefined, publish: false } })
  })

  test('knows every measure by its name', () => {
    expect(measures.map(({ name }) => name)).toEqual(measureNames)
  })

  test('takes options after two dashes, which pnpm hands on', () => {
    expect(parse('-- --quick')).toEqual(parse('--quick'))
    expect(parse('--quick')).toMatchObject({ options: { size: 'quick' } })
  })

  test('takes some of the measures, which keep their order', () => {
    expect(parse('--only install,throughput')).toMatchObject({ options: { only: ['throughput', 'install'] } })
    expect(parse('--only install --only recovery')).toMatchObject({ options: { only: ['recovery', 'install'] } })
  })

  test('takes a folder for the report, and whether it is published', () => {
    expect(parse('--out=there --publish')).toMatchObject({ options: { out: 'there', publish: true } })
  })

  test.each([
    ['--only speed', `--only takes names of measures (${all}), but got "speed"`],
    ['--only', `--only takes names of measures (${all}), but got nothing`],
    ['--only install,', `--only takes names of measures (${all}), but got nothing`],
    ['--out=', '--out takes a folder, but got nothing'],
    ['--quick=yes', '--quick takes no value, but got "yes"'],
    ['--fast', '--fast is unknown; known are --quick, --only, --out, --publish, --help'],
    ['install', 'takes options only, but got "install"'],
    ['--publish --only install', '--publish takes no --only beside it: the page would lose the other measures'],
    ['--quick --publish', '--publish takes no --quick beside it: the page would lose the other measures'],
  ])('answers %s with one line', (line, message) => {
    expect(parse(line)).toEqual({ text: `bench: ${message}\n`, exitCode: 2 })
  })

  test('is explained by --help, with the measures that there are', async () => {
    const { exitCode, stdout, stderr } = await startBench(['--help']).ended
    for (const known of ['--quick', '--only', '--out', '--publish', '--help']) expect(stdout).toContain(known)
    expect(stdout).toContain(`Measures: ${all}\n`)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  test('ends the program with exit code 2 if it is wrong', async () => {
    const { exitCode, stdout, stderr } = await startBench(['--fast']).ended
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^bench: --fast is unknown; .+\n$/)
  })
})
