// Verifies with OpenSSL what a test signed; the encoding before the signature is put together here anew.
import { createHash, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const signed = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const bytes = (text) => Buffer.from(text, 'base64');
const with2 = (data, signature) => [signed.key, signed.other].map((key) => verify('sha256', data, key, bytes(signature))).join(' ');

const { dsseEnvelope } = JSON.parse(bytes(signed.dsse));
const body = bytes(dsseEnvelope.payload);
const encoded = Buffer.concat([
  Buffer.from(`DSSEv1 ${Buffer.byteLength(dsseEnvelope.payloadType)} ${dsseEnvelope.payloadType} ${body.length} `),
  body,
]);

const manifest = bytes(signed.manifest);
const { messageSignature } = JSON.parse(bytes(signed.message));
if (createHash('sha256').update(manifest).digest('base64') !== messageSignature.messageDigest.digest) throw new Error('another digest');

console.log(`payload ${with2(bytes(signed.payload), signed.signature)}, `
  + `envelope ${with2(encoded, dsseEnvelope.signatures[0].sig)}, `
  + `message ${with2(manifest, messageSignature.signature)}`);
