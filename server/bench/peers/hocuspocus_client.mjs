// Clients of hocuspocus: all documents over one WebSocket.
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import { WebSocket } from 'ws'
import * as yjs from './yjs.mjs'

function open(address, docs) {
  const websocketProvider = new HocuspocusProviderWebsocket({ url: `ws://${address}`, WebSocketPolyfill: WebSocket })
  return docs.map(([name, document]) => {
    const provider = new HocuspocusProvider({ websocketProvider, name, document })
    provider.attach()
    return provider
  })
}

function provide(server) {
  const to = async docs => {
    const providers = open(server, docs)
    await Promise.all(providers.map(one => one.isSynced || new Promise(done => one.on('synced', done))))
    return providers.map(one => () => one.destroy())
  }
  to.online = (relay, docs) => open(relay, docs)
  return to
}

export const prepare = (server, names, stops) => yjs.prepare(provide(server), names, stops)
export const look = (server, ids) => yjs.look(provide(server), ids)
