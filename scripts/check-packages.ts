import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'
import { packages, root, type Workspace } from './workspace.ts'

// Looks at the tarballs that users would get: publint and attw each judge them, and so do the rules below.
const destination = mkdtempSync(join(tmpdir(), 'latchkey-tarballs-'))
try {
  const problems = await Promise.all(packages.filter(({ manifest }) => !manifest.private).map(problemsOf))
  for (const problem of problems.flat()) console.log(problem)
  process.exitCode = problems.flat().length === 0 ? 0 : 1
} finally {
  rmSync(destination, { recursive: true })
}

async function problemsOf({ folder, manifest }: Workspace): Promise<string[]> {
  const packed = await run(`pnpm --dir ${join(root, folder)} pack --json --pack-destination ${destination}`)
  if (packed.code !== 0) return [`${manifest.name}: pnpm pack failed\n${packed.output}`]
  const { filename, files } = JSON.parse(packed.output) as { filename: string; files: { path: string }[] }
  const judged = await Promise.all([
    run(`publint run --strict ${filename}`),
    run(`attw --profile esm-only --format ascii --no-emoji ${filename}`),
  ])
  const paths = files.map(({ path }) => path)
  return [
    ...judged.filter(({ code }) => code !== 0).map(({ output }) => output.trim()),
    ...['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts']
      .filter((path) => !paths.includes(path))
      .map((path) => `not in the tarball: ${path}`),
    ...paths.filter((path) => !belongs(folder, path)).map((path) => `does not belong in the tarball: ${path}`),
  ].map((problem) => `${manifest.name}: ${problem}`)
}

/** What the build left of a source that is gone belongs no more; delete `dist` and build again. */
function belongs(folder: string, path: string): boolean {
  if (!path.startsWith('dist/')) return path.startsWith('src/') || /^(LICENSE|README\.md|package\.json)$/.test(path)
  const source = path.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts')
  return existsSync(join(root, folder, source))
}
