// Clients of automerge-repo-sync-server: automerge-repo over a WebSocket, as its documentation has it.
import * as Automerge from '@automerge/automerge'
import { Repo } from '@automerge/automerge-repo'
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket'
import { settled, until } from './wait.mjs'

const connected = server => new Repo({ network: [new WebSocketClientAdapter(`ws://${server}`)] })
const acts = handle => Object.keys(handle?.doc()?.facts ?? {}).length

/** Makes the documents; gives a reader that holds them and a writer that has them and is offline. */
export async function prepare(server, names, stops) {
  const maker = connected(server)
  const made = names.map(name => maker.create({ name, facts: {}, stops }))
  const reader = connected(server)
  const held = await Promise.all(made.map(handle => find(reader, handle.url)))
  await until(() => held.every(handle => handle.isReady() && handle.doc()?.name))
  const offline = new Repo({ network: [] })
  const own = made.map(handle => offline.import(Automerge.save(handle.doc()), { docId: handle.documentId }))
  maker.networkSubsystem.disconnect()
  return {
    ids: made.map(handle => handle.url),
    act: (at, key, bytes) => own[at].change(doc => { doc.facts[key] = bytes }),
    connect: relay => offline.networkSubsystem.addNetworkAdapter(new WebSocketClientAdapter(`ws://${relay}`)),
    count: at => acts(held[at]),
    onChange: heard => held.forEach((handle, at) => handle.on('change', () => heard(at))),
  }
}

/** How many acts a client that holds nothing finds in each document. */
export async function look(server, ids) {
  const repo = connected(server)
  const found = await Promise.all(ids.map(id => find(repo, id)))
  return settled(() => found.map(handle => (handle.isReady() ? acts(handle) : 0)))
}

/** A document that the server has not heard of yet counts as unavailable, and comes when it has. */
const find = (repo, id) => repo.find(id, { allowableStates: ['ready', 'unavailable'] })
