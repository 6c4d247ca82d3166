// What can be wrong with a credential, its status list, a request: each fault by its name in the tables of the tests.
import { decodePart, random, seconds, sha256, sign } from './base.mjs'

// Before the credential is made: its claims, header or key.
export const CREDENTIAL_FAULTS = {
  other_key: (order, { strangers }) => (order.key = strangers.untrusted.key),
  untrusted: (order, { strangers }) => Object.assign(order, { key: strangers.untrusted.key, header: { x5c: strangers.untrusted.x5c } }),
  self_signed: (order, { strangers }) => Object.assign(order, { key: strangers.self_signed.key, header: { x5c: strangers.self_signed.x5c } }),
  expired_certificate: (order, { strangers }) => Object.assign(order, { key: strangers.expired.key, header: { x5c: strangers.expired.x5c } }),
  another_name: (order, { strangers }) => Object.assign(order, { key: strangers.another_name.key, header: { x5c: strangers.another_name.x5c } }),
  anchor_in_x5c: (order, { strangers }) => (order.header.x5c = [...order.header.x5c, strangers.root]),
  chain_cut: (order) => (order.header.x5c = order.header.x5c.slice(0, 1)),
  no_x5c: (order) => (order.header = {}),
  old_typ: (order) => (order.header.typ = 'vc+sd-jwt'),
  expired: (order) => (order.payload.exp = seconds() - 3600),
  not_yet_valid: (order) => (order.payload.nbf = seconds() + 3600),
  another_type: (order) => (order.payload.vct += '0'),
  another_issuer: (order) => (order.payload.iss += '/other'),
  other_holder: (order, { strangers }) => {
    const { kty, crv, x, y } = strangers.untrusted.key
    order.payload.cnf = { jwk: { kty, crv, x, y } }
  },
  unlimited: (order) => {
    delete order.payload.exp
    delete order.payload.status
  },
  status_out_of_range: (order) => (order.payload.status.status_list.idx = 5_000_000),
}

const parts = (sdJwt) => {
  const [jwt, ...disclosures] = sdJwt.split('~').filter(Boolean)
  return { jwt, disclosures }
}
const joined = (jwt, disclosures) => `${[jwt, ...disclosures].join('~')}~`
const disclosed = (...members) => Buffer.from(JSON.stringify(members)).toString('base64url')

async function resigned(sdJwt, signer, change) {
  const { jwt, disclosures } = parts(sdJwt)
  const [header, payload] = [decodePart(jwt, 0), decodePart(jwt, 1)]
  const more = change(payload, header) ?? []
  return joined(await sign(header, payload, signer.key), [...disclosures, ...more])
}

// After it was made: characters that no library would write.
export const RAW_FAULTS = {
  signature: (sdJwt) => {
    const { jwt, disclosures } = parts(sdJwt)
    const [header, payload, signature] = jwt.split('.')
    const spoilt = Buffer.from(signature, 'base64url')
    spoilt[10] ^= 1
    return joined([header, payload, spoilt.toString('base64url')].join('.'), disclosures)
  },
  alg_none: (sdJwt) => {
    const { jwt, disclosures } = parts(sdJwt)
    const header = Buffer.from(JSON.stringify({ ...decodePart(jwt, 0), alg: 'none' })).toString('base64url')
    return joined(`${header}.${jwt.split('.')[1]}.`, disclosures)
  },
  changed_disclosure: (sdJwt) => {
    const { jwt, disclosures } = parts(sdJwt)
    const changed = disclosures.map((one) => Buffer.from(one, 'base64url').toString().replace('Noor', 'Nora'))
    return joined(jwt, changed.map((one) => Buffer.from(one).toString('base64url')))
  },
  unreferenced_disclosure: (sdJwt) => {
    const { jwt, disclosures } = parts(sdJwt)
    return joined(jwt, [...disclosures, disclosed(random(), 'title', 'dr')])
  },
  doubled_disclosure: (sdJwt) => {
    const { jwt, disclosures } = parts(sdJwt)
    return joined(jwt, [...disclosures, disclosures[0]])
  },
  doubled_digest: (sdJwt, { signer }) => resigned(sdJwt, signer, (payload) => void payload._sd.push(payload._sd[0])),
  claim_twice: (sdJwt, { signer }) =>
    resigned(sdJwt, signer, (payload) => {
      const again = disclosed(random(), 'vct', 'https://example.org/other')
      payload._sd.push(sha256(again).toString('base64url'))
      return [again]
    }),
  hidden_status: (sdJwt, { signer }) =>
    resigned(sdJwt, signer, (payload) => {
      const hidden = disclosed(random(), 'status', payload.status)
      delete payload.status
      payload._sd.push(sha256(hidden).toString('base64url'))
      return [hidden]
    }),
  weak_hash: (sdJwt, { signer }) => resigned(sdJwt, signer, (payload) => void (payload._sd_alg = 'md5')),
  critical_header: (sdJwt, { signer }) =>
    resigned(sdJwt, signer, (_, header) => {
      header.crit = ['b64']
      header.b64 = true
    }),
  key_binding_attached: async (sdJwt, { strangers }) => {
    const kb = { iat: seconds(), aud: 'x', nonce: 'y', sd_hash: sha256(sdJwt).toString('base64url') }
    return sdJwt + (await sign({ alg: 'ES256', typ: 'kb+jwt' }, kb, strangers.untrusted.key))
  },
}

// The credential is good; the list that it points at is not.
export const STATUS_FAULTS = {
  revoked: () => {},
  status_gone: (order) => (order.gone = true),
  status_expired: (order) => (order.payload.exp = seconds() - 10),
  status_other_address: (order) => (order.payload.sub += '0'),
  status_untrusted: (order, { strangers }) => Object.assign(order, { key: strangers.untrusted.key, header: { ...order.header, x5c: strangers.untrusted.x5c } }),
  status_other_signer: (order, { strangers }) => Object.assign(order, { key: strangers.another_name.key, header: { ...order.header, x5c: strangers.another_name.x5c } }),
  status_signature: (order) => {
    order.spoil = (token) => {
      const [header, payload, signature] = token.split('.')
      const spoilt = Buffer.from(signature, 'base64url')
      spoilt[10] ^= 1
      return [header, payload, spoilt.toString('base64url')].join('.')
    }
  },
  status_typ: (order) => (order.typ = 'JWT'),
  status_media_type: (order) => (order.type = 'text/html'),
}

// A request object: `order` holds its claims, header, key and the way it is served.
export const REQUEST_FAULTS = {
  request_signature: (order) => {
    order.spoil = (compact) => {
      const [header, payload, signature] = compact.split('.')
      const spoilt = Buffer.from(signature, 'base64url')
      spoilt[10] ^= 1
      return [header, payload, spoilt.toString('base64url')].join('.')
    }
  },
  request_other_key: (order, { strangers }) => (order.key = strangers.untrusted.key),
  request_untrusted: (order, { strangers }) => Object.assign(order, { key: strangers.untrusted.key, header: { ...order.header, x5c: strangers.untrusted.x5c } }),
  request_self_signed: (order, { strangers }) => Object.assign(order, { key: strangers.self_signed.key, header: { ...order.header, x5c: strangers.self_signed.x5c } }),
  // Somebody else of the same house, with a good certificate of his own.
  request_colleague: (order, { strangers }) => Object.assign(order, { key: strangers.another_name.key, header: { ...order.header, x5c: strangers.another_name.x5c } }),
  request_other_name: (order, { strangers }) => Object.assign(order, { key: strangers.another_name.key, header: { ...order.header, x5c: strangers.another_name.x5c } }),
  request_foreign_answer: (order) => (order.claims.response_uri = order.claims.response_uri.replace('localhost', '127.0.0.1')),
  request_expired: (order) => Object.assign(order.claims, { iat: seconds() - 1200, exp: seconds() - 900 }),
  request_audience: (order) => (order.claims.aud = order.claims.response_uri),
  request_typ: (order) => (order.header.typ = 'JWT'),
  request_alg_none: (order) => {
    order.spoil = (compact) => {
      const header = Buffer.from(JSON.stringify({ ...decodePart(compact, 0), alg: 'none' })).toString('base64url')
      return `${header}.${compact.split('.')[1]}.`
    }
  },
  request_other_client: (order) => (order.claims.client_id += 'A'),
  request_no_client: (order) => delete order.claims.client_id,
  request_wallet_nonce: (order) => (order.claims.wallet_nonce = 'another'),
  request_no_wallet_nonce: (order) => delete order.claims.wallet_nonce,
  request_no_nonce: (order) => delete order.claims.nonce,
  request_no_query: (order) => delete order.claims.dcql_query,
  request_bad_query: (order) => (order.claims.dcql_query = { credentials: [] }),
  request_redirect_uri: (order) => (order.claims.redirect_uri = order.claims.response_uri),
  request_presentation_definition: (order) => (order.claims.presentation_definition = { id: 'x', input_descriptors: [] }),
  request_unknown_transaction: (order) => {
    const entry = { type: 'urn:example:payment:1', credential_ids: [order.claims.dcql_query.credentials[0].id] }
    order.claims.transaction_data = [Buffer.from(JSON.stringify(entry)).toString('base64url')]
  },
  request_html: (order) => Object.assign(order, { type: 'text/html', spoil: () => '<!doctype html><title>hello</title>' }),
  request_media_type: (order) => (order.type = 'application/jwt'),
  request_no_encryption_key: (order) => Object.assign(order.claims, { response_mode: 'direct_post.jwt', client_metadata: { vp_formats_supported: order.claims.client_metadata.vp_formats_supported } }),
  request_unknown_mode: (order) => (order.claims.response_mode = 'form_post'),
}

// A presentation: its parts as [issuer JWT, …disclosures], the key binding's header, claims and key.
const spoiltSignature = (compact) => {
  const [header, payload, signature] = compact.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  bytes[10] ^= 1
  return [header, payload, bytes.toString('base64url')].join('.')
}
const unsigned = (compact) => {
  const header = Buffer.from(JSON.stringify({ ...decodePart(compact, 0), alg: 'none' })).toString('base64url')
  return `${header}.${compact.split('.')[1]}.`
}
export const PRESENTATION_FAULTS = {
  kb_missing: (made) => (made.kb = ''),
  kb_other_key: (made) => (made.key = made.stranger),
  kb_audience: (made) => (made.claims.aud += 'A'),
  kb_audience_without_prefix: (made) => (made.claims.aud = made.claims.aud.split(':')[1]),
  kb_nonce: (made) => (made.claims.nonce += 'A'),
  kb_no_nonce: (made) => delete made.claims.nonce,
  kb_no_iat: (made) => delete made.claims.iat,
  kb_old: (made) => (made.claims.iat -= 7200),
  kb_future: (made) => (made.claims.iat += 7200),
  kb_typ: (made) => (made.header.typ = 'JWT'),
  kb_hash: (made) => (made.claims.sd_hash = sha256('something else').toString('base64url')),
  kb_no_hash: (made) => delete made.claims.sd_hash,
  kb_signature: (made) => (made.spoil = spoiltSignature),
  kb_alg_none: (made) => (made.spoil = unsigned),
  disclosure_taken: (made) => (made.after = (parts) => parts.slice(0, -1)),
  disclosure_unknown: (made) => made.parts.push(disclosed(random(), 'title', 'dr')),
  disclosure_twice: (made) => made.parts.push(made.parts.at(-1)),
  disclosure_changed: (made) => {
    const [salt, name] = JSON.parse(Buffer.from(made.parts.at(-1), 'base64url').toString())
    made.parts[made.parts.length - 1] = disclosed(salt, name, 'changed')
  },
  more_than_asked: (made) => made.parts.push(...made.held.filter((one) => !made.parts.includes(one))),
  less_than_asked: (made) => made.parts.pop(),
  issuer_signature: (made) => (made.parts[0] = spoiltSignature(made.parts[0])),
  issuer_alg_none: (made) => (made.parts[0] = unsigned(made.parts[0])),
  hashes_missing: (made) => delete made.claims.transaction_data_hashes,
  hashes_other: (made) => (made.claims.transaction_data_hashes = [sha256('another mandate').toString('base64url')]),
  hashes_more: (made) => made.claims.transaction_data_hashes.push(sha256('one more').toString('base64url')),
  hashes_algorithm: (made) => (made.claims.transaction_data_hashes_alg = 'sha-512'),
  no_jti: (made) => delete made.claims.jti,
}

export async function tampered(fault, presentation, { held, key, stranger }) {
  const cut = presentation.lastIndexOf('~') + 1
  const kb = presentation.slice(cut)
  const made = {
    parts: presentation.slice(0, cut - 1).split('~'),
    held: held.split('~').slice(1).filter(Boolean),
    header: decodePart(kb, 0),
    claims: decodePart(kb, 1),
    key,
    stranger,
  }
  const before = made.claims.sd_hash
  PRESENTATION_FAULTS[fault](made)
  const shown = `${made.parts.join('~')}~`
  if (made.claims.sd_hash === before) made.claims.sd_hash = sha256(shown).toString('base64url')
  if (made.kb === '') return shown
  const signed = await sign(made.header, made.claims, made.key)
  const sent = made.after ? `${made.after(made.parts).join('~')}~` : shown
  return sent + (made.spoil ? made.spoil(signed) : signed)
}

// The whole answer: what is in vp_token, and how.
export const ANSWER_FAULTS = {
  query_missing: (token, id) => delete token[id],
  query_unknown: (token, id) => (token.unasked = token[id]),
  two_for_one: (token, id) => token[id].push(token[id][0]),
  no_list: (token, id) => (token[id] = token[id][0]),
  empty_list: (token, id) => (token[id] = []),
  swapped: (token, id) => {
    const other = Object.keys(token).find((name) => name !== id)
    if (other) [token[id], token[other]] = [token[other], token[id]]
    else token[id] = ['x.y.z~']
  },
  nothing: (token) => Object.keys(token).forEach((name) => delete token[name]),
}
