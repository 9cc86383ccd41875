import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sessionsDefaults } from '@latchkey/core'
import { defaultUser } from '@latchkey/servicetrade-emulator'
import { request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { emulatorForTest } from './support/session.ts'
import { tsc } from './support/tsc.ts'

const root = join(import.meta.dirname, '../../..')
const isNest11 = process.env['NEST_MAJOR'] === '11'
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const program = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''

test('the README begins with a whole program of at most 25 lines', () => {
  expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
})

test.each(Object.entries(sessionsDefaults))('the README gives the default of %s as it is', (name, value) => {
  const row = readme.split('\n').find((line) => line.split('|')[1]?.trim() === `\`${name}\``)
  expect(row?.split('|')[2]?.trim()).toBe(`\`${String(value).replaceAll(/\B(?=(\d{3})+$)/g, '_')}\``)
})

test('that program, compiled as Nest projects are, runs as it is printed', async () => {
  const api = await emulatorForTest()
  const { url, end } = await runProgram({
    ST_USER: defaultUser.username,
    ST_PASSWORD: defaultUser.password,
    ST_URL: api.url,
  })
  const job = async (id: number) => request(`${url}/jobs/${id}`, { reset: true })

  const answers = await Promise.all([1, 2, 3].map(job))
  expect(await Promise.all(answers.map(({ body }) => body.json()))).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }])
  api.resetSessions()
  expect((await job(1)).statusCode).toBe(200)
  expect(api.counters).toMatchObject({ logins: 2, resets: 1 })

  // A caller who leaves.
  const hold = api.hold('request')
  const leaving = new AbortController()
  const left = request(`${url}/jobs/4`, { signal: leaving.signal })
  await hold.arrived(1)
  leaving.abort()
  await expect(left).rejects.toThrow()

  // A request that is under way when the application is told to end.
  const last = job(5)
  await hold.arrived(2)
  const { output, exit } = end()
  hold.release()
  expect((await last).statusCode).toBe(200)
  expect(await exit).toBe('SIGTERM')
  expect(api.counters).toMatchObject({ logins: 2, logouts: 0, liveSessions: 1 })
  expect(output()).not.toContain(defaultUser.password)
  expect(output().includes('This is Nest 11.')).toBe(isNest11)
})

async function runProgram(env: NodeJS.ProcessEnv) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-nestjs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'main.ts'), program)
  const compilerOptions = {
    rootDir: '/',
    outDir: 'out',
    composite: false,
    declarationMap: false,
    erasableSyntaxOnly: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  }
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['main.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  expect(await tsc(folder)).toBe('')

  const port = await freePort()
  const nest11 = ['--import', import.meta.resolve('./support/nest-11.ts')]
  const options = ['--conditions=latchkey-source', ...(isNest11 ? nest11 : [])]
  const child = spawn(process.execPath, [...options, join(folder, 'out', folder, 'main.js')], {
    env: { ...process.env, ...env, PORT: String(port), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  }
  // Nest says that it has started before it listens, and nothing afterwards.
  while (!(await isListening(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(output)
    await pause(20)
  }
  const end = () => {
    child.kill('SIGTERM')
    return { output: () => output, exit: exited.then(([code, signal]) => signal ?? code) }
  }
  return { url: `http://127.0.0.1:${port}`, end }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isConnected = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isConnected
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
