// A small HTTP server for strangers that are services; plain http on localhost, like the demonstration.
import { createServer } from 'node:http'

export const json = (body, status = 200, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
})
export const text = (body, type, headers = {}) => ({ status: 200, headers: { 'content-type': type, ...headers }, body })
export const notFound = { status: 404, headers: {}, body: '' }

export class Refusal extends Error {
  constructor(error, status = 400, headers = {}) {
    super(error)
    Object.assign(this, { error, status, headers })
  }
}

// `routes` maps "METHOD /path" to a function of {url, headers, form, json, raw}; `*` at the end matches one part.
export function serve(port, routes, log = []) {
  const find = (method, path) =>
    routes[`${method} ${path}`] ?? routes[`${method} ${path.slice(0, path.lastIndexOf('/'))}/*`]
  const server = createServer(async (request, response) => {
    let raw = ''
    for await (const part of request) raw += part
    const url = new URL(request.url, `http://${request.headers.host}`)
    const handler = find(request.method, url.pathname)
    let answer = notFound
    try {
      const call = {
        url,
        method: request.method,
        headers: new Headers(request.headers),
        raw,
        last: url.pathname.split('/').at(-1),
        get form() {
          return Object.fromEntries(new URLSearchParams(raw))
        },
        get json() {
          return JSON.parse(raw)
        },
      }
      if (handler) answer = await handler(call)
    } catch (failure) {
      const said = failure.errorResponse ?? { error: failure.error ?? 'server_error' }
      log.push({ path: url.pathname, error: said.error, message: failure.message, description: said.error_description })
      answer = json(said, failure.status ?? (failure.errorResponse ? 400 : 500), failure.headers)
      if (!failure.errorResponse && !failure.error) process.stderr.write(`${failure.stack}\n`)
    }
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
  })
  server.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'))
}
