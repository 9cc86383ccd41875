import { globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasSource } from './dist.ts'
import { run } from './run.ts'
import { packages, root } from './workspace.ts'

for (const { folder } of packages) {
  const files = globSync('dist/**/*.{js,map,ts}', { cwd: join(root, folder) })
  for (const file of files.filter((path) => !hasSource(folder, path))) rmSync(join(root, folder, file))
}

// Turborepo counts its use for its makers unless told not to, and has no setting for it in turbo.json.
const { code, output } = await run(['turbo run build', ...process.argv.slice(2)].join(' '), {
  TURBO_TELEMETRY_DISABLED: '1',
})
process.stdout.write(output)
process.exitCode = code
