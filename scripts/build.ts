import { run } from './run.ts'

// Turborepo counts its use for its makers unless told not to, and has no setting for it in turbo.json.
const { code, output } = await run(['turbo run build', ...process.argv.slice(2)].join(' '), {
  TURBO_TELEMETRY_DISABLED: '1',
})
process.stdout.write(output)
process.exitCode = code
