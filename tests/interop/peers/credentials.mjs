// SD-JWT VCs with @sd-jwt/*: verify what was received, present a part of it, verify what was presented.
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { decodePart, hash, leafJwk, namesOf, random, rawSigner, requireChain, seconds, signedBy, sha256 } from './base.mjs'

const parts = { hasher: hash, hashAlg: 'sha-256', saltGenerator: (length) => random(length) }

// @sd-jwt leaves to its user: whose signature counts, and that status list and credential have one signer.
function verifiers(anchors) {
  let signer
  const verifier = async (data, signature) => {
    const { x5c } = decodePart(data, 0)
    if (!Array.isArray(x5c)) throw new Error('no x5c')
    signer = leafJwk(requireChain(x5c, anchors))
    const { iss } = decodePart(data, 1)
    if (iss && !namesOf(x5c[0]).sanUriNames.includes(iss)) throw new Error('iss is not a name of the leaf')
    return signedBy(signer, `${data}.${signature}`)
  }
  const statusVerifier = async (data, signature) => {
    const jwk = leafJwk(requireChain(decodePart(data, 0).x5c, anchors))
    if (jwk.x !== signer.x || jwk.y !== signer.y) throw new Error('the status list has another signer')
    return signedBy(jwk, `${data}.${signature}`)
  }
  return { verifier, statusVerifier }
}

export async function fetchStatusList(uri) {
  const answer = await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })
  if (answer.status !== 200) throw new Error(`the status list answers ${answer.status}`)
  if (answer.headers.get('content-type') !== 'application/statuslist+jwt') throw new Error('no status list')
  const token = (await answer.text()).trim()
  if (decodePart(token, 0).typ !== 'statuslist+jwt') throw new Error('the status list has another typ')
  if (decodePart(token, 1).sub !== uri) throw new Error('the status list of another address')
  return token
}

// Its own check compares hexadecimal; the specification says SRI, that is base64.
async function fetchType(uri, integrity) {
  const answer = await fetch(uri)
  const body = Buffer.from(await answer.arrayBuffer())
  if (integrity && integrity !== `sha256-${sha256(body).toString('base64')}`) throw new Error('another type document')
  const document = JSON.parse(body.toString())
  if (document.vct !== uri) throw new Error('the type document of another vct')
  return document
}

export function reader(anchors, { types = false } = {}) {
  return new SDJwtVcInstance({
    ...parts,
    ...verifiers(anchors),
    statusListFetcher: fetchStatusList,
    // For types without their own address there is nothing to fetch.
    ...(types ? { loadTypeMetadataFormat: true, vctFetcher: fetchType } : {}),
    kbVerifier: (data, signature, payload) => signedBy(payload.cnf.jwk, `${data}.${signature}`),
  })
}

// What @sd-jwt does not look at and a holder must: the key, and that every disclosure belongs somewhere.
export async function verifyIssued(sdJwt, { anchors, expectedVct, holder, types }) {
  const { payload, header, kb } = await reader(anchors, { types }).verify(sdJwt)
  if (kb || !sdJwt.endsWith('~')) throw new Error('an issuer cannot bind for the holder')
  if (payload.vct !== expectedVct) throw new Error('another type than asked for')
  if (payload.cnf?.jwk?.x !== holder.x || payload.cnf.jwk.y !== holder.y) throw new Error('bound to another key')
  return { payload, header }
}

export async function present(sdJwt, { frame, key, audience, nonce, extra = {} }) {
  const instance = new SDJwtVcInstance({ ...parts, kbSigner: rawSigner(key), kbSignAlg: 'ES256' })
  return instance.present(sdJwt, frame, { kb: { payload: { iat: seconds(), aud: audience, nonce, ...extra } } })
}

export async function verifyPresented(sdJwt, { anchors, nonce, audience, types }) {
  const result = await reader(anchors, { types }).verify(sdJwt, { keyBindingNonce: nonce })
  if (result.kb?.payload.aud !== audience) throw new Error('the key binding is for another verifier')
  if (Math.abs(seconds() - result.kb.payload.iat) > 300) throw new Error('the key binding is not of now')
  return result
}

export const claimsOf = async (sdJwt) => new SDJwtVcInstance(parts).getClaims(sdJwt)

export const issuing = (key) => new SDJwtVcInstance({ ...parts, signer: rawSigner(key), signAlg: 'ES256' })
