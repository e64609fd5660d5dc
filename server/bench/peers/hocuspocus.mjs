// Hocuspocus with the statements of its own SQLite extension, on the SQLite that Node brings: that extension's
// library would have to be compiled. Every other setting is its default, but for how many documents a client may open
// at once: the default of 100 closes a client that opens 200.
import { DatabaseSync } from 'node:sqlite'
import { Database } from '@hocuspocus/extension-database'
import { Server } from '@hocuspocus/server'

const [port, folder] = process.argv.slice(2)
const database = new DatabaseSync(`${folder}/documents.sqlite`)
database.exec('CREATE TABLE IF NOT EXISTS "documents" ("name" varchar(255) NOT NULL, "data" blob NOT NULL, UNIQUE(name))')
const fetched = database.prepare('SELECT data FROM "documents" WHERE name = ? ORDER BY rowid DESC')
const stored = database.prepare(
  'INSERT INTO "documents" ("name", "data") VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET data = excluded.data'
)

await new Server({
  port: Number(port),
  address: '127.0.0.1',
  quiet: true,
  maxPendingDocuments: 1000,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => fetched.get(documentName)?.data ?? null,
      store: async ({ documentName, state }) => {
        stored.run(documentName, state)
      },
    }),
  ],
}).listen()
console.log('listening')
