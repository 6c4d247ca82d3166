// A stranger's issuer: @openid4vc/openid4vci and /oauth2 for the protocol, @sd-jwt/* for credentials and status list.
import { readFileSync } from 'node:fs'
import { Oauth2AuthorizationServer, preAuthorizedCodeGrantIdentifier } from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { createHeaderAndPayload, StatusList } from '@sd-jwt/jwt-status-list'
import { callbacks, publicOf, random, readAnchors, seconds, sign } from './base.mjs'
import { clientChecker } from './clients.mjs'
import { issuing } from './credentials.mjs'
import { CREDENTIAL_FAULTS, RAW_FAULTS, STATUS_FAULTS } from './faults.mjs'
import { json, notFound, Refusal, serve, text } from './serve.mjs'

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const { port, id, signer, strangers, batch_size: batchSize = 3 } = config
const at = (path) => `${id}${path}`
const { pathname: base } = new URL(id)

const CONFIGURATION = 'diploma'
const VCT = at('/vct/diploma/1')
const CLAIMS = {
  given_name: 'Noor',
  family_name: 'de Vries',
  degree: { name: 'Informatica', level: 'master' },
  languages: ['nl', 'en'],
}
const FRAME = { _sd: ['given_name', 'family_name', 'degree', 'languages'], _sd_decoy: 2, degree: { _sd: ['name', 'level'] }, languages: { _sd: [0, 1] } }

const library = callbacks({ ring: [signer.key] })
const issuer = new Openid4vciIssuer({ callbacks: library })
const server = new Oauth2AuthorizationServer({ callbacks: library })
const checkClient = clientChecker(id, readAnchors(config.wallet_providers))

const credentialIssuer = issuer.createCredentialIssuerMetadata({
  credential_issuer: id,
  credential_endpoint: at('/credential'),
  nonce_endpoint: at('/nonce'),
  notification_endpoint: at('/notification'),
  batch_credential_issuance: { batch_size: batchSize },
  display: [{ name: 'Stranger University', locale: 'en' }],
  credential_configurations_supported: {
    [CONFIGURATION]: {
      format: 'dc+sd-jwt',
      vct: VCT,
      scope: 'diploma',
      cryptographic_binding_methods_supported: ['jwk'],
      credential_signing_alg_values_supported: ['ES256'],
      proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      credential_metadata: {
        display: [{ name: 'Diploma', locale: 'en' }],
        claims: [
          { path: ['given_name'], display: [{ name: 'First name', locale: 'en' }] },
          { path: ['degree', 'name'], display: [{ name: 'Degree', locale: 'en' }] },
        ],
      },
    },
  },
})
const authorizationServer = server.createAuthorizationServerMetadata({
  issuer: id,
  token_endpoint: at('/token'),
  authorization_endpoint: at('/authorize'),
  pushed_authorization_request_endpoint: at('/par'),
  require_pushed_authorization_requests: true,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', preAuthorizedCodeGrantIdentifier],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['attest_jwt_client_auth'],
  client_attestation_signing_alg_values_supported: ['ES256'],
  client_attestation_pop_signing_alg_values_supported: ['ES256'],
  dpop_signing_alg_values_supported: ['ES256'],
  authorization_response_iss_parameter_supported: true,
  scopes_supported: ['diploma'],
  'pre-authorized_grant_anonymous_access_supported': true,
})
const issuerMetadata = {
  originalDraftVersion: 'V1',
  credentialIssuer,
  authorizationServers: [authorizationServer],
  knownCredentialConfigurations: credentialIssuer.credential_configurations_supported,
}

const offers = new Map()
const pushed = new Map()
const codes = new Map()
const tokens = new Map()
const nonces = new Set()
const statuses = new Array(1000).fill(0)
const log = []
let nextIndex = 0

// Offers, as the tests order them.
async function makeOffer({ json: { by_reference: byReference, tx_code: withCode = true, grant = 'pre', fault } }) {
  const txCode = withCode && grant === 'pre' ? String(Math.floor(100000 + Math.random() * 900000)) : undefined
  const code = random(24)
  const offerId = random(8)
  const grants =
    grant === 'code'
      ? { authorization_code: { issuer_state: code } }
      : { [preAuthorizedCodeGrantIdentifier]: { 'pre-authorized_code': code, ...(txCode ? { tx_code: { input_mode: 'numeric', length: 6 } } : {}) } }
  const { credentialOffer, credentialOfferObject } = await issuer.createCredentialOffer({
    issuerMetadata,
    credentialConfigurationIds: [CONFIGURATION],
    grants,
    ...(byReference ? { credentialOfferUri: at(`/offers/${offerId}`) } : {}),
  })
  offers.set(code, { id: offerId, object: credentialOfferObject, txCode, fault })
  return json({ offer: credentialOffer, tx_code: txCode ?? null })
}

const fetchOffer = ({ last }) => {
  const found = [...offers.values()].find((one) => one.id === last)
  return found ? json(found.object) : notFound
}

// Authorization code: pushed request, a person who always says yes, code with PKCE.
async function push(call) {
  const request = { headers: call.headers, method: 'POST', url: at('/par') }
  const parsed = await server.parsePushedAuthorizationRequest({ authorizationRequest: call.form, request })
  await server.verifyPushedAuthorizationRequest({
    authorizationRequest: parsed.authorizationRequest,
    authorizationServerMetadata: authorizationServer,
    request,
    ...(parsed.dpop ? { dpop: { ...parsed.dpop, allowedSigningAlgs: ['ES256'] } } : {}),
  })
  const wallet = await checkClient(parsed.clientAttestation, parsed.authorizationRequest.client_id)
  log.push({ path: '/par', client: wallet.sub, provider: wallet.iss })
  if (parsed.authorizationRequest.code_challenge_method !== 'S256') throw new Refusal('invalid_request')
  const uri = `urn:ietf:params:oauth:request_uri:${random(24)}`
  pushed.set(uri, parsed.authorizationRequest)
  return json(server.createPushedAuthorizationResponse({ requestUri: uri, expiresInSeconds: 60 }).pushedAuthorizationResponse, 201)
}

function authorize({ url }) {
  const [uri, clientId] = [url.searchParams.get('request_uri'), url.searchParams.get('client_id')]
  const request = pushed.get(uri)
  pushed.delete(uri)
  if (!request || request.client_id !== clientId) throw new Refusal('invalid_request')
  const code = random(24)
  codes.set(code, request)
  const back = new URL(request.redirect_uri)
  for (const [name, value] of Object.entries({ code, state: request.state, iss: id }))
    if (value) back.searchParams.set(name, value)
  return { status: 302, headers: { location: back.href }, body: '' }
}

async function token(call) {
  const request = { headers: call.headers, method: 'POST', url: at('/token') }
  const parsed = server.parseAccessTokenRequest({ accessTokenRequest: call.form, request })
  const common = {
    accessTokenRequest: parsed.accessTokenRequest,
    authorizationServerMetadata: authorizationServer,
    grant: parsed.grant,
    request,
    ...(parsed.dpop ? { dpop: { ...parsed.dpop, required: false, allowedSigningAlgs: ['ES256'] } } : {}),
  }
  const { offer, dpop, wallet } = parsed.grant.preAuthorizedCode ? await preAuthorized(common) : await afterAuthorization(common, parsed)
  const accessToken = random(24)
  tokens.set(accessToken, { offer, jkt: dpop?.jwkThumbprint, parsed })
  log.push({ path: '/token', grant: parsed.grant.grantType, dpop: Boolean(parsed.dpop), client: wallet?.sub ?? null, provider: wallet?.iss ?? null })
  return json({ access_token: accessToken, token_type: dpop ? 'DPoP' : 'Bearer', expires_in: 300 })
}

// Nobody has to say who he is for a pre-authorized code.
async function preAuthorized(common) {
  const offer = offers.get(common.grant.preAuthorizedCode)
  if (!offer || offer.used) throw new Refusal('invalid_grant')
  const verified = await server.verifyPreAuthorizedCodeAccessTokenRequest({
    ...common,
    expectedPreAuthorizedCode: common.grant.preAuthorizedCode,
    expectedTxCode: offer.txCode,
  })
  offer.used = true
  return { offer, dpop: verified.dpop }
}

async function afterAuthorization(common, parsed) {
  const asked = codes.get(parsed.grant.code)
  codes.delete(parsed.grant.code)
  if (!asked || asked.redirect_uri !== parsed.accessTokenRequest.redirect_uri) throw new Refusal('invalid_grant')
  const wallet = await checkClient(parsed.clientAttestation, asked.client_id)
  const verified = await server.verifyAuthorizationCodeAccessTokenRequest({
    ...common,
    expectedCode: parsed.grant.code,
    codeExpiresAt: new Date(Date.now() + 60_000),
    pkce: { codeVerifier: parsed.pkceCodeVerifier, codeChallenge: asked.code_challenge, codeChallengeMethod: asked.code_challenge_method },
  })
  return { offer: offers.get(asked.issuer_state) ?? {}, dpop: verified.dpop, wallet }
}

const nonce = () => {
  const fresh = random(24)
  nonces.add(fresh)
  return json(issuer.createNonceResponse({ cNonce: fresh }))
}

function session(call) {
  const [, value] = (call.headers.get('authorization') ?? '').split(' ')
  const found = tokens.get(value)
  if (!found) throw new Refusal('invalid_token', 401, { 'www-authenticate': 'Bearer error="invalid_token"' })
  return found
}

async function credential(call) {
  const { offer } = session(call)
  const { proofs, credentialConfigurationId } = issuer.parseCredentialRequest({ credentialRequest: call.json, issuerMetadata })
  if (credentialConfigurationId !== CONFIGURATION) throw new Refusal('unknown_credential_configuration')
  const keys = []
  const asked = JSON.parse(Buffer.from(proofs.jwt[0].split('.')[1], 'base64url')).nonce
  if (!nonces.delete(asked)) throw new Refusal('invalid_nonce')
  for (const jwt of proofs.jwt) {
    const { header } = await issuer.verifyCredentialRequestJwtProof({ issuerMetadata, jwt, expectedNonce: asked })
    keys.push(publicOf(header.jwk))
  }
  if (keys.length > batchSize) throw new Refusal('invalid_proof')
  const credentials = []
  for (const holder of keys) credentials.push({ credential: await make(holder, offer.fault) })
  const notificationId = random()
  log.push({ path: '/credential', copies: credentials.length, fault: offer.fault ?? null })
  const response = issuer.createCredentialResponse({ credentials, credentialRequest: {} })
  return json({ ...response, notification_id: notificationId })
}

async function make(holder, fault) {
  const idx = nextIndex++
  const list = STATUS_FAULTS[fault] ? fault : 'good'
  const payload = {
    iss: id,
    iat: seconds() - 60,
    exp: seconds() + 86400,
    vct: VCT,
    cnf: { jwk: holder },
    status: { status_list: { idx, uri: at(`/statuslists/${list}`) } },
    ...structuredClone(CLAIMS),
  }
  const order = { payload, frame: structuredClone(FRAME), key: signer.key, header: { x5c: signer.x5c } }
  await CREDENTIAL_FAULTS[fault]?.(order, { strangers, signer, id })
  if (fault === 'revoked') statuses[idx] = 1
  const made = await issuing(order.key).issue(order.payload, order.frame, { header: order.header })
  return RAW_FAULTS[fault] ? RAW_FAULTS[fault](made, { signer, strangers, holder }) : made
}

async function statusList({ last }) {
  const order = {
    // `iss` only because the library insists on it; the standard does not know it here.
    payload: { iss: id, sub: at(`/statuslists/${last}`), iat: seconds() - 60, exp: seconds() + 3600, ttl: 300 },
    header: { alg: 'ES256', typ: 'statuslist+jwt', x5c: signer.x5c },
    key: signer.key,
    type: 'application/statuslist+jwt',
    list: new StatusList(statuses, 1),
  }
  if (last !== 'good' && !STATUS_FAULTS[last]) return notFound
  STATUS_FAULTS[last]?.(order, { strangers, StatusList })
  if (order.gone) return notFound
  const { header, payload } = createHeaderAndPayload(order.list, order.payload, order.header)
  const token = await sign({ ...header, ...(order.typ ? { typ: order.typ } : {}) }, payload, order.key)
  return text(order.spoil ? order.spoil(token) : token, order.type)
}

const notification = (call) => {
  session(call)
  log.push({ path: '/notification', event: call.json.event })
  return { status: 204, headers: {}, body: '' }
}

serve(
  port,
  {
    [`GET /.well-known/openid-credential-issuer${base}`]: () => json(credentialIssuer),
    [`GET /.well-known/oauth-authorization-server${base}`]: () => json(authorizationServer),
    [`GET ${base}/offers/*`]: fetchOffer,
    [`POST ${base}/par`]: push,
    [`GET ${base}/authorize`]: authorize,
    [`POST ${base}/token`]: token,
    [`POST ${base}/nonce`]: nonce,
    [`POST ${base}/credential`]: credential,
    [`POST ${base}/notification`]: notification,
    [`GET ${base}/statuslists/*`]: statusList,
    'POST /test/offers': makeOffer,
    // The same credential without our wallet, to see what the library itself says about it.
    'POST /test/credentials': async (call) => json({ credential: await make(call.json.holder, call.json.fault), vct: VCT }),
    'GET /test/log': () => json(log),
  },
  log,
)
