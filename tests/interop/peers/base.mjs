// What every stranger needs: keys, certificate chains, and the callbacks that the libraries leave to us.
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setGlobalConfig } from '@openid4vc/oauth2'
import * as jose from 'jose'

// The demonstration runs on http://localhost; the libraries refuse plain http unless told otherwise.
setGlobalConfig({ allowInsecureUrls: true })

export const seconds = () => Math.floor(Date.now() / 1000)
export const sha256 = (data) => createHash('sha256').update(data).digest()
export const hash = (data, algorithm) =>
  createHash(algorithm.replace('-', '')).update(typeof data === 'string' ? data : Buffer.from(data)).digest()
export const random = (length = 16) => randomBytes(length).toString('base64url')
export const decodePart = (compact, index) =>
  JSON.parse(Buffer.from(compact.split('.')[index], 'base64url').toString())

// Keys are private JWKs; a ring finds the private one for a public one.
export async function newKey() {
  const { privateKey } = await jose.generateKeyPair('ES256', { extractable: true })
  return jose.exportJWK(privateKey)
}

export const publicOf = ({ kty, crv, x, y }) => ({ kty, crv, x, y })

export async function sign(header, payload, privateJwk) {
  const data = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return new jose.CompactSign(data).setProtectedHeader(header).sign(await jose.importJWK(privateJwk, 'ES256'))
}

export const rawSigner = (privateJwk) => async (data) => {
  const [header, payload] = data.split('.')
  const text = Buffer.from(payload, 'base64url')
  const signed = await new jose.CompactSign(text)
    .setProtectedHeader(JSON.parse(Buffer.from(header, 'base64url').toString()))
    .sign(await jose.importJWK(privateJwk, 'ES256'))
  if (!signed.startsWith(`${data}.`)) throw new Error('the signing input changed on the way')
  return signed.slice(data.length + 1)
}

export async function signedBy(publicJwk, compact) {
  try {
    await jose.compactVerify(compact, await jose.importJWK(publicJwk, 'ES256'), { algorithms: ['ES256'] })
    return true
  } catch {
    return false
  }
}

// Certificates: a chain counts only if it leads, link by link, to one of the anchors.
export const readAnchors = (pem) =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  )
export const readChain = (x5c) => x5c.map((entry) => new X509Certificate(Buffer.from(entry, 'base64')))

const current = (certificate) =>
  Date.parse(certificate.validFrom) <= Date.now() && Date.now() <= Date.parse(certificate.validTo)
const issued = (upper, lower) => upper.ca && lower.checkIssued(upper) && lower.verify(upper.publicKey)

export function requireChain(x5c, anchors) {
  const chain = readChain(x5c)
  const last = chain.at(-1)
  const anchor = anchors.find((one) => issued(one, last))
  if (!anchor) throw new Error('the chain ends at nobody we trust')
  if (chain.some((one) => one.fingerprint256 === anchor.fingerprint256)) throw new Error('the anchor is inside x5c')
  if (chain.slice(1).some((upper, index) => !issued(upper, chain[index]))) throw new Error('the chain is broken')
  if (![...chain, anchor].every(current)) throw new Error('a certificate is not valid now')
  return chain[0]
}

export const leafJwk = (certificate) => publicOf(certificate.publicKey.export({ format: 'jwk' }))

export function namesOf(certificate) {
  const entries = (new X509Certificate(Buffer.from(certificate, 'base64')).subjectAltName ?? '').split(', ')
  const named = (kind) => entries.filter((one) => one.startsWith(kind)).map((one) => one.slice(kind.length))
  return { sanDnsNames: named('DNS:'), sanUriNames: named('URI:') }
}

// The callbacks of @openid4vc/*. `ring` holds private JWKs, `anchors` the certificates that x5c must lead to.
export function callbacks({ ring = [], anchors = [], clientAuthentication, fetch: fetcher } = {}) {
  const privateFor = ({ x, y }) => {
    const found = ring.find((key) => key.x === x && key.y === y)
    if (!found) throw new Error('no private key for this signer')
    return found
  }
  const signerJwk = (signer) =>
    signer.method === 'x5c' ? leafJwk(readChain(signer.x5c)[0]) : publicOf(signer.publicJwk)
  return {
    hash,
    generateRandom: (length) => randomBytes(length),
    getX509CertificateMetadata: namesOf,
    clientAuthentication,
    ...(fetcher ? { fetch: fetcher } : {}),
    signJwt: async (signer, { header, payload }) => {
      const jwk = signerJwk(signer)
      return { jwt: await sign(header, payload, privateFor(jwk)), signerJwk: jwk }
    },
    verifyJwt: async (signer, { compact }) => {
      try {
        const jwk = signer.method === 'x5c' ? leafJwk(requireChain(signer.x5c, anchors)) : publicOf(signer.publicJwk)
        return { verified: await signedBy(jwk, compact), signerJwk: jwk }
      } catch {
        return { verified: false }
      }
    },
    encryptJwe: async ({ publicJwk, alg, enc, apu, apv }, data) => {
      const parties = { ...(apu ? { apu: jose.base64url.decode(apu) } : {}), ...(apv ? { apv: jose.base64url.decode(apv) } : {}) }
      const jwe = await new jose.CompactEncrypt(Buffer.from(data))
        .setProtectedHeader({ alg, enc, kid: publicJwk.kid })
        .setKeyManagementParameters(parties)
        .encrypt(await jose.importJWK(publicJwk, alg))
      return { encryptionJwk: publicJwk, jwe }
    },
    decryptJwe: async (jwe, options) => {
      const jwk = ring.find((key) => key.x === options?.jwk?.x) ?? ring.find((key) => key.use === 'enc')
      if (!jwk) return { decrypted: false }
      const { plaintext } = await jose.compactDecrypt(jwe, await jose.importJWK(jwk, 'ECDH-ES'))
      return { decrypted: true, decryptionJwk: publicOf(jwk), payload: Buffer.from(plaintext).toString() }
    },
  }
}

// A program reads one JSON command a line and answers with one line; whatever goes wrong becomes {"error": …}.
export async function answerEach(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...input } = JSON.parse(line)
    let answer
    try {
      answer = await commands[command](input)
    } catch (failure) {
      const { message, errorResponse, response } = failure
      const said = errorResponse ?? response?.credentialErrorResponseResult?.data
      answer = { error: message, said, stack: failure.stack }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}
