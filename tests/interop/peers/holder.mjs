// A stranger's wallet: collects with @openid4vc/openid4vci, answers with @openid4vc/openid4vp and dcql.
import {
  clientAuthenticationAnonymous,
  clientAuthenticationClientAttestationJwt,
  clientAuthenticationNone,
  createClientAttestationJwt,
  Oauth2Client,
} from '@openid4vc/oauth2'
import { extractScopesForCredentialConfigurationIds, Openid4vciClient } from '@openid4vc/openid4vci'
import { Openid4vpClient } from '@openid4vc/openid4vp'
import { DcqlQuery } from 'dcql'
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, importJWK } from 'jose'
import { answerEach, callbacks, hash, newKey, publicOf, random, readAnchors, seconds } from './base.mjs'
import { claimsOf, present, verifyIssued } from './credentials.mjs'
import { ANSWER_FAULTS, PRESENTATION_FAULTS, tampered } from './faults.mjs'

const REDIRECT_URI = 'http://localhost/stranger/callback'
const ENC = ['A256GCM', 'A128GCM']

async function collect({ offer, tx_code, copies, anchors, notify = 'credential_accepted', only, ...login }) {
  const holder = { anchors: readAnchors(anchors), ring: [], spoken: [] }
  const dpopKey = login.dpop ? await newKey() : undefined
  if (dpopKey) holder.ring.push(dpopKey)
  const clientAuthentication = await authentication(login, holder)
  const client = new Openid4vciClient({ callbacks: callbacks({ ...holder, clientAuthentication, fetch: heard(holder) }) })
  const credentialOffer = await client.resolveCredentialOffer(offer)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  const dpop = dpopKey && { signer: { method: 'jwk', publicJwk: publicOf(dpopKey), alg: 'ES256' } }
  const session = { client, clientAuthentication, credentialOffer, issuerMetadata, dpop, login }
  const token = credentialOffer.grants?.authorization_code && !tx_code && login.grant !== 'pre'
    ? await byAuthorizationCode(session)
    : await client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode: tx_code, dpop })
  const cards = []
  for (const id of only ?? credentialOffer.credential_configuration_ids)
    cards.push(await collectOne(id, { ...session, holder, token, copies, notify }))
  const refreshed = login.refresh ? await refresh({ ...session, holder, token, copies, notify }, cards[0].configuration_id) : null
  return {
    refreshed,
    issuer: issuerMetadata.credentialIssuer.credential_issuer,
    version: issuerMetadata.originalDraftVersion,
    token_type: token.accessTokenResponse.token_type,
    spoken: holder.spoken,
    cards,
  }
}

// A new token for the old one's refresh token, and it must be good for a credential.
async function refresh(session, id) {
  // The refresh token belongs to the instance key that the attestation named.
  const { issuerMetadata, token, holder, login } = session
  const clientAuthentication = login.refresh === 'as another' ? await authentication(login, holder) : session.clientAuthentication
  const client = new Oauth2Client({ callbacks: callbacks({ ...holder, clientAuthentication }) })
  const fresh = await client.retrieveRefreshTokenAccessToken({
    authorizationServerMetadata: issuerMetadata.authorizationServers[0],
    refreshToken: token.accessTokenResponse.refresh_token,
    dpop: token.dpop,
  })
  const card = await collectOne(id, { ...session, token: fresh })
  return { token_type: fresh.accessTokenResponse.token_type, copies: card.copies.length }
}

async function authentication(login, holder) {
  if (!login.attester) return login.client_id ? clientAuthenticationNone({ clientId: login.client_id }) : clientAuthenticationAnonymous()
  const instance = await newKey()
  holder.ring.push(instance, login.attester.key)
  const { key, x5c, issuer } = login.attester
  const clientAttestationJwt = await createClientAttestationJwt({
    callbacks: callbacks({ ring: [key] }),
    clientId: login.client_id,
    issuer,
    confirmation: { jwk: publicOf(instance) },
    expiresAt: new Date(Date.now() + 3600_000),
    signer: { method: 'x5c', x5c, alg: 'ES256' },
  })
  return clientAuthenticationClientAttestationJwt({ clientAttestationJwt, callbacks: callbacks(holder) })
}

// Remembers which addresses were called with which kind of token, for the tests to look at.
const heard = (holder) => async (url, init) => {
  const answer = await fetch(url, init)
  const headers = new Headers(init?.headers)
  holder.spoken.push({
    method: init?.method ?? 'GET',
    path: new URL(url).pathname,
    status: answer.status,
    dpop: headers.has('DPoP'),
    attested: headers.has('OAuth-Client-Attestation'),
    authorization: headers.get('Authorization')?.split(' ')[0] ?? null,
  })
  return answer
}

async function byAuthorizationCode({ client, credentialOffer, issuerMetadata, dpop, login }) {
  const scope = extractScopesForCredentialConfigurationIds({
    credentialConfigurationIds: credentialOffer.credential_configuration_ids,
    issuerMetadata,
    throwOnConfigurationWithoutScope: true,
  })?.join(' ')
  // The library has no way to send a state with an offer; PKCE and iss tie the answer to the request.
  const started = await client.createAuthorizationRequestUrlFromOffer({
    clientId: login.client_id,
    credentialOffer,
    issuerMetadata,
    redirectUri: REDIRECT_URI,
    scope,
    dpop,
  })
  if (!started.pkce) throw new Error('no PKCE: the server does not list S256')
  const back = await browse(started.authorizationRequestUrl, login)
  const authorizationServer = issuerMetadata.authorizationServers.find((one) => one.issuer === started.authorizationServer)
  const answer = client.parseAndVerifyAuthorizationResponseRedirectUrl({
    url: back,
    authorizationServerMetadata: authorizationServer,
  })
  if (answer.error) throw new Error(`authorization refused: ${answer.error}`)
  return client.retrieveAuthorizationCodeAccessTokenFromOffer({
    credentialOffer,
    issuerMetadata,
    authorizationCode: answer.code,
    pkceCodeVerifier: started.pkce.codeVerifier,
    redirectUri: REDIRECT_URI,
    dpop: started.dpop ?? dpop,
  })
}

// A browser without a window: keeps cookies, follows redirects, signs in as `persona` and says yes to every form.
async function browse(start, { persona }) {
  const jar = new Map()
  let next = { url: start, init: {} }
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(next.url, { redirect: 'manual', ...next.init, headers: { cookie, accept: 'text/html', ...next.init.headers } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
      jar.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location) {
      const url = new URL(location, next.url)
      if (url.href.startsWith(REDIRECT_URI)) return url.href
      next = { url: url.href, init: {} }
      continue
    }
    const page = await answer.text()
    if (answer.status !== 200) throw new Error(`the browser got ${answer.status} at ${next.url}`)
    next = { ...filledForm(page, next.url, persona) }
  }
  throw new Error('the browser did not come back')
}

function filledForm(page, url, persona) {
  const main = page.slice(page.indexOf('<main'))
  const [, attributes, inside] = main.match(/<form([^>]*method="post"[^>]*)>([\s\S]*?)<\/form>/i) ?? []
  if (!inside) throw new Error(`no form to fill in at ${url}`)
  const attribute = (text, name) => text.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1]?.replaceAll('&amp;', '&')
  const fields = new URLSearchParams()
  for (const [, tag, text] of inside.matchAll(/<(input|button)([^>]*)>/gi)) {
    const [name, value, type] = ['name', 'value', 'type'].map((one) => attribute(text, one))
    if (!name) continue
    if (type === 'radio' && value !== persona) continue
    if (tag === 'button' && name !== 'persona' && fields.has(name)) continue
    if (tag === 'button' && name === 'persona' && value !== persona) continue
    fields.set(name, value ?? '')
  }
  const action = new URL(attribute(attributes, 'action') || url, url)
  return { url: action.href, init: { method: 'POST', body: fields, headers: { origin: action.origin } } }
}

async function collectOne(id, { client, holder, issuerMetadata, token, copies, notify, login }) {
  const { batch_credential_issuance: batch, credential_configurations_supported: supported } = issuerMetadata.credentialIssuer
  const keys = []
  for (let n = 0; n < (copies ?? batch?.batch_size ?? 1); n += 1) keys.push(await newKey())
  holder.ring.push(...keys)
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
  const jwts = []
  for (const key of keys) {
    const made = await client.createCredentialRequestJwtProof({
      issuerMetadata,
      credentialConfigurationId: id,
      nonce,
      ...(login.client_id && login.grant === 'code' ? { clientId: login.client_id } : {}),
      signer: { method: 'jwk', publicJwk: publicOf(key), alg: 'ES256' },
    })
    jwts.push(made.jwt)
  }
  const { access_token: accessToken } = token.accessTokenResponse
  const order = { issuerMetadata, accessToken, credentialConfigurationId: id, proofs: { jwt: jwts }, dpop: token.dpop }
  const { response, ...how } = await retrieve(client, order, login)
  const vct = supported[id].vct
  const found = []
  for (const { credential: sdJwt } of response.credentials) {
    const { cnf } = await claimsOf(sdJwt)
    const key = keys.find((one) => one.x === cnf.jwk.x)
    const expected = { anchors: holder.anchors, expectedVct: vct, holder: key, types: login.types ?? true }
    const { payload } = await verifyIssued(sdJwt, expected)
    found.push({ sd_jwt: sdJwt, key, claims: payload })
  }
  const { notification_id: notificationId } = response
  if (notificationId && notify)
    await client.sendNotification({ issuerMetadata, accessToken, dpop: token.dpop, notification: { notificationId, event: notify } })
  return { configuration_id: id, vct, copies: found, notified: Boolean(notificationId && notify), ...how }
}

async function retrieve(client, order, { encrypt }) {
  if (encrypt) return retrieveEncrypted(order, encrypt)
  const { credentialResponse: response } = await client.retrieveCredentials(order)
  if (!response.transaction_id) return { response }
  return { response: await wait(order, response), deferred: true }
}

// The library refuses a deferred answer that has credentials and a notification_id, so this polls by itself.
async function wait({ issuerMetadata, accessToken }, { transaction_id, interval }) {
  if (!Number.isInteger(interval)) throw new Error('a promise without an interval')
  for (let tries = 0; tries < 5; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, interval * 1000))
    const answer = await fetch(issuerMetadata.credentialIssuer.deferred_credential_endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ transaction_id }),
    })
    if (answer.status === 200) return answer.json()
    if (answer.status !== 202) throw new Error(`the deferred endpoint answers ${answer.status} ${await answer.text()}`)
  }
  throw new Error('it takes too long')
}

// The library knows no encrypted credential messages; with jose they are two lines each way.
async function retrieveEncrypted({ issuerMetadata, accessToken, credentialConfigurationId, proofs }, enc) {
  const { credential_endpoint: endpoint, credential_request_encryption: wanted } = issuerMetadata.credentialIssuer
  const theirs = wanted.jwks.keys[0]
  const ours = await newKey()
  const jwk = { ...publicOf(ours), use: 'enc', alg: 'ECDH-ES', kid: random(4) }
  const body = { credential_configuration_id: credentialConfigurationId, proofs, credential_response_encryption: { jwk, enc } }
  const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(body)))
    .setProtectedHeader({ alg: theirs.alg, enc, kid: theirs.kid })
    .encrypt(await importJWK(theirs, theirs.alg))
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/jwt' }
  const answer = await fetch(endpoint, { method: 'POST', headers, body: jwe })
  const said = await answer.text()
  if (answer.status !== 200 || !answer.headers.get('content-type').startsWith('application/jwt'))
    throw new Error(`the credential endpoint answers ${answer.status} ${said}`)
  const { plaintext, protectedHeader } = await compactDecrypt(said, await importJWK(ours, 'ECDH-ES'))
  if (protectedHeader.kid !== jwk.kid) throw new Error('the answer names another key')
  const { alg, enc: used } = protectedHeader
  return { response: JSON.parse(Buffer.from(plaintext).toString()), encrypted: { alg, enc: used } }
}

// Reads a request as far as the library checks it, and says what it asks.
async function read({ link, anchors, wallet = {} }) {
  const client = new Openid4vpClient({ callbacks: callbacks({ anchors: readAnchors(anchors) }) })
  const { params } = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link })
  const resolved = await client.resolveOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: params,
    wallet: { metadata: { vp_formats_supported: { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } }, ...wallet } },
  })
  return { client, resolved }
}

async function ask(input) {
  const { resolved } = await read(input)
  const { authorizationRequestPayload: request, client, jar, version, transactionData } = resolved
  return { request, prefix: client.prefix, signer: jar?.signer?.method, header: jar?.jwt?.header, version, transactionData }
}

async function answer({ link, anchors, cards, decline, fault, query, enc = ENC, clear, other_key: otherKey }) {
  const { client, resolved } = await read({ link, anchors })
  const request = resolved.authorizationRequestPayload
  const vpToken = decline ? undefined : await presentations(request, resolved, cards, { fault, query })
  const payload = decline ? { error: decline } : { vp_token: vpToken }
  if (ANSWER_FAULTS[fault]) ANSWER_FAULTS[fault](vpToken, query)
  if (decline) return posted(await plainPost(request, { ...payload, state: request.state }))
  if (clear) return posted(await plainPost(request, { vp_token: JSON.stringify(vpToken), state: request.state }))
  const jarm = request.response_mode === 'direct_post.jwt' && {
    encryption: { nonce: random(), ...(otherKey ? { jwk: await strangeKey(request) } : {}) },
    serverMetadata: {
      authorization_signing_alg_values_supported: [],
      authorization_encryption_alg_values_supported: ['ECDH-ES'],
      authorization_encryption_enc_values_supported: enc,
    },
  }
  const made = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponsePayload: payload,
    ...(jarm ? { jarm } : {}),
  })
  const { response } = await client.submitOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponsePayload: made.authorizationResponsePayload,
    ...(made.jarm ? { jarm: made.jarm } : {}),
  })
  const jwe = made.jarm ? decodeProtectedHeader(made.jarm.responseJwt) : null
  return { ...(await posted(response)), vp_token: vpToken, encrypted: Boolean(jwe), jwe, state: request.state }
}

// The name of the verifier's key, on a key that it never had.
const strangeKey = async ({ client_metadata: { jwks } }) => ({ ...jwks.keys[0], ...publicOf(await newKey()) })

const plainPost = (request, fields) =>
  fetch(request.response_uri, { method: 'POST', body: new URLSearchParams(fields) })

const posted = async (response) => ({
  status: response.status,
  cache: response.headers.get('cache-control'),
  body: await response.json().catch(() => null),
})

// dcql says which card fits and what of it is asked; transaction data goes to the query that it names.
async function presentations(request, resolved, cards, { fault, query: faulty }) {
  const query = DcqlQuery.parse(request.dcql_query)
  DcqlQuery.validate(query)
  const held = []
  for (const { sd_jwt: sdJwt, key } of cards) held.push({ sdJwt, key, claims: await claimsOf(sdJwt) })
  const result = DcqlQuery.query(
    query,
    held.map(({ claims }) => ({ credential_format: 'dc+sd-jwt', vct: claims.vct, claims, cryptographic_holder_binding: true })),
  )
  if (!result.can_be_satisfied) throw new Error('this request cannot be answered with these cards')
  const answers = {}
  for (const [id, match] of Object.entries(result.credential_matches)) {
    if (!match.success) continue
    const found = match.valid_credentials[0]
    const { sdJwt, key } = held[found.input_credential_index]
    const frame = query.credentials.find((one) => one.id === id).claims
      ? frameOf(found.claims.valid_claim_sets[0].output)
      : {}
    const entries = (resolved.transactionData ?? []).filter((one) => one.transactionData.credential_ids.includes(id))
    const hashes = entries.map((one) => hash(one.encoded, 'sha-256').toString('base64url'))
    const named = entries.some((one) => one.transactionData.transaction_data_hashes_alg)
    const extra = hashes.length
      ? { jti: random(), transaction_data_hashes: hashes, ...(named ? { transaction_data_hashes_alg: 'sha-256' } : {}) }
      : {}
    const made = await present(sdJwt, { frame, key, audience: request.client_id, nonce: request.nonce, extra })
    const wrong = PRESENTATION_FAULTS[fault] && id === faulty
    answers[id] = [wrong ? await tampered(fault, made, { held: sdJwt, key, stranger: await newKey() }) : made]
  }
  return answers
}

// {address: {locality: 'X'}} → {address: {locality: true}}: what @sd-jwt wants to hear.
const frameOf = (output) =>
  Array.isArray(output)
    ? Object.fromEntries(output.map((value, index) => [index, isPart(value) ? frameOf(value) : true]).filter(([, value]) => value !== null))
    : Object.fromEntries(Object.entries(output).map(([name, value]) => [name, isPart(value) ? frameOf(value) : true]))
const isPart = (value) => value !== null && typeof value === 'object'

// Verifies a credential as it was issued, for the table of tampered ones.
async function check({ sd_jwt: sdJwt, anchors, vct, holder }) {
  const { payload } = await verifyIssued(sdJwt, { anchors: readAnchors(anchors), expectedVct: vct, holder, types: false })
  return { claims: payload, at: seconds() }
}

await answerEach({ collect, ask, answer, check })
