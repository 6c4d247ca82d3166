// A stranger's verifier: requests and answers with @openid4vc/openid4vp, questions with dcql, credentials with @sd-jwt/*.
import { readFileSync } from 'node:fs'
import { Openid4vpVerifier } from '@openid4vc/openid4vp'
import { DcqlPresentationResult, DcqlQuery } from 'dcql'
import { callbacks, decodePart, newKey, publicOf, random, readAnchors, seconds, sha256, sign } from './base.mjs'
import { verifyPresented } from './credentials.mjs'
import { REQUEST_FAULTS } from './faults.mjs'
import { json, notFound, Refusal, serve, text } from './serve.mjs'

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const { port, signer, strangers, host = 'localhost' } = config
const anchors = readAnchors(config.anchors)
const home = `http://${host}:${port}`
const FORMATS = { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } }
const log = []
const asked = new Map()

const clientIds = {
  x509_hash: `x509_hash:${sha256(Buffer.from(signer.x5c[0], 'base64')).toString('base64url')}`,
  x509_san_dns: `x509_san_dns:${host}`,
}

// A request is stored when it is ordered and made anew, with the wallet's nonce, each time it is fetched.
async function order({ json: wish }) {
  const { query, mode = 'direct_post', method = 'post', prefix = 'x509_hash', enc = ['A128GCM', 'A256GCM'], fault, transaction_data: data, redirect } = wish
  DcqlQuery.validate(DcqlQuery.parse(query))
  const id = random()
  const key = { ...(await newKey()), kid: random(6), use: 'enc', alg: 'ECDH-ES' }
  const claims = {
    response_type: 'vp_token',
    response_mode: mode,
    client_id: clientIds[prefix],
    response_uri: `${home}/response/${id}`,
    nonce: random(),
    state: random(),
    dcql_query: query,
    ...(data ? { transaction_data: data } : {}),
    client_metadata: {
      vp_formats_supported: FORMATS,
      ...(mode === 'direct_post.jwt' ? { jwks: { keys: [{ ...publicOf(key), kid: key.kid, use: 'enc', alg: 'ECDH-ES' }] }, encrypted_response_enc_values_supported: enc } : {}),
    },
  }
  asked.set(id, { claims, key, query, method, fault, redirect, state: 'requested' })
  const link = new URLSearchParams({ client_id: claims.client_id, request_uri: `${home}/request/${id}`, ...(method === 'post' ? { request_uri_method: 'post' } : {}) })
  return json({ id, link: `openid4vp://?${link}` })
}

async function requestObject(call) {
  const found = asked.get(call.last)
  if (!found) return notFound
  found.fetched = { method: call.method, form: call.method === 'POST' ? call.form : null, accept: call.headers.get('accept') }
  const walletNonce = found.fetched.form?.wallet_nonce
  const uri = `${home}/request/${call.last}`
  const claims = { ...found.claims, ...(walletNonce ? { wallet_nonce: walletNonce } : {}) }
  if (found.fault) return spoilt(found.fault, claims)
  const verifier = new Openid4vpVerifier({ callbacks: callbacks({ ring: [signer.key] }) })
  const { jar } = await verifier.createOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: claims,
    wallet: { expectedNonce: walletNonce },
    jar: {
      requestUri: uri,
      jwtSigner: { method: 'x5c', x5c: signer.x5c, alg: 'ES256' },
      // The library would put the address of the request there, which the standard does not know.
      additionalJwtPayload: { aud: 'https://self-issued.me/v2' },
      expiresInSeconds: 300,
    },
  })
  return text(jar.authorizationRequestJwt, 'application/oauth-authz-req+jwt')
}

// The library refuses to make most faulty requests, so these are signed here.
async function spoilt(fault, claims) {
  const made = {
    claims: structuredClone({ ...claims, aud: 'https://self-issued.me/v2', iat: seconds(), exp: seconds() + 300 }),
    header: { alg: 'ES256', typ: 'oauth-authz-req+jwt', x5c: signer.x5c },
    key: signer.key,
    type: 'application/oauth-authz-req+jwt',
  }
  REQUEST_FAULTS[fault](made, { strangers })
  const compact = await sign(made.header, made.claims, made.key)
  return text(made.spoil ? made.spoil(compact) : compact, made.type)
}

// Everything in the link itself, under a client_id that nothing proves.
function unsigned({ json: { kind, query } }) {
  const responseUri = `${home}/response/${random()}`
  const names = { x509_hash: clientIds.x509_hash, redirect_uri: `redirect_uri:${responseUri}`, origin: `origin:${home}`, none: 'somebody' }
  const link = new URLSearchParams({
    client_id: names[kind],
    response_type: 'vp_token',
    response_mode: 'direct_post',
    response_uri: responseUri,
    nonce: random(),
    dcql_query: JSON.stringify(query),
    client_metadata: JSON.stringify({ vp_formats_supported: FORMATS }),
  })
  return json({ link: `openid4vp://?${link}` })
}

async function response(call) {
  const found = asked.get(call.last)
  if (!found) return notFound
  found.answered = { encrypted: 'response' in call.form, members: Object.keys(call.form) }
  if (call.form.error) {
    Object.assign(found, { state: 'refused', error: call.form.error, description: call.form.error_description })
    if (call.form.state !== found.claims.state) Object.assign(found, { state: 'failed', error: 'another state' })
    return json({})
  }
  try {
    Object.assign(found, { state: 'verified', result: await verify(found, call.form) })
  } catch (failure) {
    Object.assign(found, { state: 'failed', error: failure.message })
    throw new Refusal('invalid_request')
  }
  return json(found.redirect ? { redirect_uri: `${home}/done?response_code=${random()}` } : {})
}

async function verify({ claims, key, query }, form) {
  const library = callbacks({ ring: [key] })
  const verifier = new Openid4vpVerifier({ callbacks: library })
  // Of its methods this one alone does not see the callbacks of its object, and needs them to decrypt.
  const parsed = await verifier.parseOpenid4vpAuthorizationResponse({ authorizationRequestPayload: claims, authorizationResponse: form, callbacks: library })
  const { presentations } = parsed.dcql
  const verified = {}
  for (const [id, list] of Object.entries(presentations))
    verified[id] = await Promise.all(list.map((one) => verifyPresented(one, { anchors, nonce: claims.nonce, audience: claims.client_id })))
  const result = DcqlPresentationResult.fromDcqlPresentation(
    Object.fromEntries(
      Object.entries(verified).map(([id, list]) => [
        id,
        list.map(({ payload }) => ({ credential_format: 'dc+sd-jwt', vct: payload.vct, claims: payload, cryptographic_holder_binding: true })),
      ]),
    ),
    { dcqlQuery: DcqlQuery.parse(query) },
  )
  if (!result.can_be_satisfied) throw new Error('the answer does not answer the question')
  const transaction = claims.transaction_data
    ? await verifier.verifyTransactionData({
        transactionData: claims.transaction_data,
        credentials: Object.fromEntries(
          Object.entries(verified)
            .filter(([, list]) => list[0].kb.payload.transaction_data_hashes)
            .map(([id, list]) => [id, list.map(({ kb }) => kb.payload)]),
        ),
      })
    : null
  return {
    claims: Object.fromEntries(Object.entries(verified).map(([id, list]) => [id, list.map(({ payload }) => payload)])),
    kb: Object.fromEntries(Object.entries(verified).map(([id, list]) => [id, list.map(({ kb }) => kb)])),
    // Not the library's reading of it, which leaves out what it does not know.
    jwe: form.response ? decodePart(form.response, 0) : null,
    transaction: transaction?.map(({ credentialId, presentations: signed }) => ({ credentialId, signed: signed.length })) ?? null,
  }
}

serve(
  port,
  {
    'GET /request/*': requestObject,
    'POST /request/*': requestObject,
    'POST /response/*': response,
    'POST /test/requests': order,
    'POST /test/unsigned': unsigned,
    'GET /test/requests/*': ({ last }) => {
      const { claims, key, ...rest } = asked.get(last)
      return json({ ...rest, client_id: claims.client_id, encryption_key: key.kid })
    },
    // Verifies any answer against a request of ours, for the table of tampered ones.
    'POST /test/answers/*': async ({ last, json: form }) => {
      const found = asked.get(last)
      return json(await verify(found, form).then((result) => ({ result }), (failure) => ({ refused: failure.message })))
    },
    'GET /test/log': () => json(log),
  },
  log,
)
