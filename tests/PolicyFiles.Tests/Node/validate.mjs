// Reads {"schema": {...}, "documents": [...]} from standard input and writes one JSON array: whether each document is valid.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const require = createRequire(join(import.meta.dirname, 'package.json'));
const { default: Ajv } = await import(require.resolve('ajv/dist/2020.js'));

const { schema, documents } = JSON.parse(await text(process.stdin));
// Strict: a word that the draft does not know is an error. Types may be said once, above an anyOf or oneOf.
const validate = new Ajv.default({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);
process.stdout.write(JSON.stringify(documents.map(document => validate(document))));
