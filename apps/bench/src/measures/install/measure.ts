import { fileURLToPath } from 'node:url'
import { bytes as bytesText, whole } from '../../report/numbers.ts'
import type { Measure } from '../measure.ts'
import { type Installed, walkInstall } from './walk.ts'

export interface InstallFound {
  readonly installs: readonly {
    readonly name: string
    readonly files: number
    readonly bytes: number
    readonly packages: readonly Installed[]
  }[]
}

const servicetrade = '@latchkey/servicetrade'

/** The last is useless without its peer. */
const roots = [[servicetrade], ['@latchkey/core'], ['google-auth-library'], ['axios', 'axios-auth-refresh']]

/** This app's, which depends on all of them. */
const app = fileURLToPath(new URL('../../..', import.meta.url))

export const installMeasure: Measure<InstallFound> = {
  name: 'install',
  async run({ say }) {
    say('install')
    return { installs: roots.map(installOf) }
  },
  tables({ installs }) {
    return [
      {
        title: 'What an install brings',
        note: 'A production install, without optional dependencies. 1 MB is 1,000,000 bytes, as files are long.',
        columns: ['install', 'packages', 'files', 'size', 'which'],
        rows: installs.map(({ name, packages, files, bytes }) => [
          name,
          whole(packages.length),
          whole(files),
          bytesText(bytes),
          packages.map((one) => one.name).join(', '),
        ]),
      },
    ]
  },
  aims({ installs }) {
    const { packages } = installs.find(({ name }) => name === servicetrade)!
    const others = packages.filter(({ name }) => name !== 'undici' && !name.startsWith('@latchkey/'))
    const what = `install of ${servicetrade}: packages beside undici and our own`
    return [{ what, value: others.length, bound: { atMost: 0 } }]
  },
}

function installOf(names: readonly string[]): InstallFound['installs'][number] {
  const packages = walkInstall(names, app)
  const sum = (key: 'files' | 'bytes'): number => packages.reduce((total, one) => total + one[key], 0)
  return { name: names.join(' with '), files: sum('files'), bytes: sum('bytes'), packages }
}
