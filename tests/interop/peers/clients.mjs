// Which wallet asks: its provider's word and its own proof (attestation-based client authentication, draft -07).
import { decodeJwt, verifyClientAttestationJwt, verifyJwt } from '@openid4vc/oauth2'
import { callbacks, seconds } from './base.mjs'
import { Refusal } from './serve.mjs'

const POP_TYP = 'oauth-client-attestation-pop+jwt'
const MAX_AGE = 300

// The library's check of both at once is of an older draft and insists on `exp` in the proof, where -07 has none;
// so the provider's word goes through the library as a whole, and the proof through its check of signed tokens.
export function clientChecker(audience, anchors) {
  const library = callbacks({ anchors })
  const spent = new Set()

  async function vouched(compact) {
    const { payload, signer } = await verifyClientAttestationJwt({ callbacks: library, clientAttestationJwt: compact })
    if (signer.method !== 'x5c') throw new Error('no certificate of a wallet provider')
    if ('d' in payload.cnf.jwk) throw new Error('a private key in the attestation')
    return payload
  }

  async function proved(compact, { sub, cnf }) {
    const { header, payload } = decodeJwt({ jwt: compact })
    if (header.typ !== POP_TYP) throw new Error('the proof has another typ')
    await verifyJwt({
      compact,
      header,
      payload,
      signer: { method: 'jwk', alg: header.alg, publicJwk: cnf.jwk },
      expectedAudience: audience,
      requiredClaims: ['iss', 'aud', 'jti', 'iat'],
      verifyJwtCallback: library.verifyJwt,
      errorMessage: 'the proof of the wallet does not hold',
    })
    if (payload.iss !== sub) throw new Error('the proof is of another client')
    if (Math.abs(seconds() - payload.iat) > MAX_AGE) throw new Error('the proof is not of now')
    if (spent.has(payload.jti)) throw new Error('the proof was used before')
    spent.add(payload.jti)
  }

  return async (attestation, clientId) => {
    try {
      if (!attestation) throw new Error('no client attestation')
      const wallet = await vouched(attestation.clientAttestationJwt)
      await proved(attestation.clientAttestationPopJwt, wallet)
      if (clientId !== wallet.sub) throw new Error('the attestation is of another client')
      return wallet
    } catch (failure) {
      throw Object.assign(new Refusal('invalid_client', 401), { message: failure.message })
    }
  }
}
