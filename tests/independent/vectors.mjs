// The fenced hex of docs/sync-protocol.md, by name.
import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/sync-protocol.md', import.meta.url), 'utf8');
const block = (text) => Buffer.from(text.split('\n').map((line) => line.replace(/#.*/, '')).join('').replace(/\s/g, ''), 'hex');
export const vectors = Object.fromEntries([...page.matchAll(/```hex ([a-z0-9-]+)\n([^`]*)```/g)].map(([, name, text]) => [name, block(text)]));
