import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/**
 * Posts JSON and resolves to the status, or to `undefined` if none came in time. Follows no redirect. Each post has
 * a connection of its own, so that none outlives the emulator.
 */
export function post(url: string, json: string, timeLimit: number, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    let status: number | undefined
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) },
    })
    const timer = setTimeout(() => request.destroy(), timeLimit)
    request.on('response', (response) => {
      status = response.statusCode
      response.on('error', () => {}).resume()
    })
    request.on('error', () => {})
    request.on('close', () => {
      clearTimeout(timer)
      resolve(status)
    })
    request.end(json)
  })
}
