// The real binary as a child: `init`, `serve`, and its JSON routes.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const binary = process.env.TOURNEE_BINARY ?? fileURLToPath(new URL('../../target/debug/tournee', import.meta.url));
const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TOURNEE_'))), TOURNEE_LANGUAGE: 'en' };

export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'tournee-independent-'));
  const data = join(folder, 'data'), tokenFile = join(folder, 'token');
  execFileSync(binary, ['init', data, '--co-op', 'Les Pédales', '--time-zone', 'Europe/Paris', '--token-file', tokenFile], { env });
  const child = spawn(binary, ['serve', '--data-dir', data, '--listen', '127.0.0.1:0', '--log-level', 'error'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => line),
    ended.then(([code]) => `it ended with ${code}`),
  ]);
  const address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
  if (!address) throw new Error(`the server does not say where it listens: ${line}`);
  const token = readFileSync(tokenFile, 'utf8').trim();

  return {
    address,
    /** A JSON request; gives the status, the answer if there is one, and its type. */
    async ask(method, path, body, bearer = token) {
      const response = await fetch(address + path, {
        method,
        headers: { authorization: `Bearer ${bearer}`, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, type: response.headers.get('content-type'), body: text ? JSON.parse(text) : null };
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
