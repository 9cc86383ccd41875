import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

// Imported before a program: gives it, and the package, Nest 11.
const parentURL = pathToFileURL(join(import.meta.dirname, '../nest-11/package.json')).href

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier, /^(@nestjs\/|reflect-metadata|rxjs)/.test(specifier) ? { ...context, parentURL } : context),
})

const { default: core } = (await import('@nestjs/core/package.json', { with: { type: 'json' } })) as {
  default: { version: string }
}
// For the test that runs the program, which could not tell otherwise.
process.stderr.write(`This is Nest ${core.version}\n`)
