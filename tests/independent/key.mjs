// Ed25519 by WebCrypto, with the strict verification of section 3.

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
// Every encoding of a point of small order, without the sign bit: y = 0, 1, two of order 8, -1, and 0 and 1 written as p and p + 1.
const SMALL = new Set([
  '00'.repeat(32),
  '01' + '00'.repeat(31),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ec' + 'ff'.repeat(30) + '7f',
  'ed' + 'ff'.repeat(30) + '7f',
  'ee' + 'ff'.repeat(30) + '7f',
]);

function isSmall(point) {
  const y = Buffer.from(point);
  y[31] &= 0x7f;
  return SMALL.has(y.toString('hex'));
}

/** A key pair from a seed of 32 bytes: its public key and a way to sign. */
export async function keyPair(seed) {
  const secret = await crypto.subtle.importKey('pkcs8', Buffer.concat([PKCS8, seed]), 'Ed25519', true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', secret);
  return {
    key: Buffer.from(x, 'base64url'),
    sign: async (hash) => Buffer.from(await crypto.subtle.sign('Ed25519', secret, hash)),
  };
}

export async function verify(key, signature, hash) {
  if (key.length !== 32 || signature.length !== 64 || isSmall(key) || isSmall(signature.subarray(0, 32))) return false;
  const s = BigInt('0x' + Buffer.from(signature.subarray(32)).reverse().toString('hex'));
  if (s >= ORDER) return false;
  const open = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', open, signature, hash);
}
