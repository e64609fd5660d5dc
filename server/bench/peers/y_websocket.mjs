// Clients of y-websocket: a WebSocket for each document.
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as yjs from './yjs.mjs'

function provider(address, name, doc) {
  return new WebsocketProvider(`ws://${address}`, name, doc, { WebSocketPolyfill: WebSocket, disableBc: true })
}

function provide(server) {
  const to = async docs => {
    const providers = docs.map(([name, doc]) => provider(server, name, doc))
    await Promise.all(providers.map(one => new Promise(done => one.once('sync', done))))
    return providers.map(one => () => one.destroy())
  }
  to.online = (relay, docs) => docs.forEach(([name, doc]) => provider(relay, name, doc))
  return to
}

export const prepare = (server, names, stops) => yjs.prepare(provide(server), names, stops)
export const look = (server, ids) => yjs.look(provide(server), ids)
