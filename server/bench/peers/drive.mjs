// Drives one peer: `drive.mjs drive PEER SERVER RELAY ACTS IDS` or `drive.mjs count PEER SERVER IDS`.
//
// ACTS is JSON, `[[[key, base64url of a record] ..] ..]`: the acts of each document. What it reports are lines of JSON
// on standard output: `prepared`, then after a line on standard input `seen`, or `counted`.
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const STOPS = 10
const PEERS = {
  'automerge-repo-sync-server': './sync_server.mjs',
  hocuspocus: './hocuspocus_client.mjs',
  'y-websocket': './y_websocket.mjs',
}

const [mode, name, server, ...rest] = process.argv.slice(2)
const peer = await import(PEERS[name])
const say = line => process.stdout.write(`${JSON.stringify(line)}\n`)
const read = file => JSON.parse(readFileSync(file, 'utf8'))

if (mode === 'count') {
  const found = await peer.look(server, read(rest[0]))
  say({ counted: found.reduce((sum, count) => sum + count, 0), documents: found })
} else {
  const [relay, actsFile, idsFile] = rest
  const acts = read(actsFile).map(one => one.map(([key, bytes]) => [key, new Uint8Array(Buffer.from(bytes, 'base64url'))]))
  const names = acts.map((_, at) => `round-${at}`)
  const stops = Array.from({ length: STOPS }, (_, at) => ({ id: `stop-${at}`, parcels: [`parcel-${at >> 1}`], seconds: 120 }))
  const both = await peer.prepare(server, names, stops)
  writeFileSync(idsFile, JSON.stringify(both.ids))
  acts.forEach((one, at) => one.forEach(([key, bytes]) => both.act(at, key, bytes)))
  const left = new Set(acts.keys())
  const seen = new Promise(done => {
    both.onChange(at => {
      if (both.count(at) === acts[at].length) left.delete(at)
      if (left.size === 0) done()
    })
  })
  say({ prepared: names.length })
  await new Promise(done => createInterface({ input: process.stdin }).once('line', done))
  const begun = performance.now()
  both.connect(relay)
  await seen
  say({ seen: acts.flat().length, milliseconds: performance.now() - begun })
}
// The connections would keep it alive.
process.exit(0)
