// The real binary as a child: `init`, `serve`, its JSON routes, and its data folder as it was at some moment.
import { spawn, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const binary = process.env.TOURNEE_BINARY ?? fileURLToPath(new URL('../../target/debug/tournee', import.meta.url));
const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TOURNEE_'))), TOURNEE_LANGUAGE: 'en' };

/** Serves a data folder until it is told to stop. */
async function serve(data, listen) {
  const child = spawn(binary, ['serve', '--data-dir', data, '--listen', listen, '--log-level', 'error'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit'), kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => line),
    ended.then(([code]) => `it ended with ${code}`),
  ]);
  const address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
  if (!address) throw new Error(`the server does not say where it listens: ${line}`);
  const stop = async (signal) => {
    child.kill(signal);
    await ended;
    process.removeListener('exit', kill);
  };
  return { address, stop };
}

export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'tournee-independent-'));
  const data = join(folder, 'data'), tokenFile = join(folder, 'token');
  execFileSync(binary, ['init', data, '--co-op', 'Les Pédales', '--time-zone', 'Europe/Paris', '--token-file', tokenFile], { env });
  let running = await serve(data, '127.0.0.1:0'), copies = 0;
  const { address } = running, token = readFileSync(tokenFile, 'utf8').trim();

  /** Does something to the folder while nobody serves it, then serves it again at the same address. */
  const between = async (work) => {
    await running.stop('SIGTERM');
    work();
    running = await serve(data, address.slice('http://'.length));
  };

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
    /** A copy of the data folder as it is now. */
    async copy() {
      const to = join(folder, `copy-${(copies += 1)}`);
      await between(() => cpSync(data, to, { recursive: true }));
      return to;
    },
    /** Puts a copy in the place of the data folder, as it is: nobody says that the server was put back. */
    async putBack(copy) {
      await between(() => {
        rmSync(data, { recursive: true });
        cpSync(copy, data, { recursive: true });
      });
    },
    /** A backup, made while the folder is served. */
    backup() {
      const to = join(folder, `backup-${(copies += 1)}`);
      execFileSync(binary, ['backup', data, to], { env });
      return to;
    },
    /** Puts a backup back as the operator's page says; what was erased and shut out since stays so. */
    restore: (backup) => between(() => execFileSync(binary, ['restore', backup, data, '--replace'], { env })),
    async stop() {
      await running.stop('SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}
