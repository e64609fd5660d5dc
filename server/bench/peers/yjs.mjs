// What clients of y-websocket and of hocuspocus have in common: a Y.Doc for each document, its facts a map.
import * as Y from 'yjs'
import { settled, until } from './wait.mjs'

/** Makes the documents by a provider; gives a reader that holds them and a writer that has them and is offline. */
export async function prepare(provide, names, stops) {
  const writers = await open(provide, names)
  for (const { doc } of writers) {
    doc.transact(() => stops.forEach(stop => doc.getMap('stops').set(stop.id, stop)))
  }
  const readers = await open(provide, names)
  await until(() => readers.every(({ doc }) => doc.getMap('stops').size === stops.length))
  writers.forEach(({ close }) => close())
  const facts = at => readers[at].doc.getMap('facts')
  return {
    ids: names,
    act: (at, key, bytes) => writers[at].doc.getMap('facts').set(key, bytes),
    connect: relay => provide.online(relay, writers.map(({ doc }, at) => [names[at], doc])),
    count: at => facts(at).size,
    onChange: heard => readers.forEach((_, at) => facts(at).observe(() => heard(at))),
  }
}

/** How many acts a client that holds nothing finds in each document. */
export async function look(provide, names) {
  const opened = await open(provide, names)
  return settled(() => opened.map(({ doc }) => doc.getMap('facts').size))
}

async function open(provide, names) {
  const docs = names.map(name => [name, new Y.Doc()])
  const closes = await provide(docs)
  return docs.map(([, doc], at) => ({ doc, close: closes[at] }))
}
