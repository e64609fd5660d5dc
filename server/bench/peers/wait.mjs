// Waiting for what no peer signals.

const LOOK_MS = 50
/** How long nothing more may come before what came is all: some peers answer before they have read their disk. */
const QUIET_MS = 4000

const pause = () => new Promise(next => setTimeout(next, LOOK_MS))

export async function until(done) {
  while (!done()) await pause()
}

/** The counts, once they have not changed for a while. */
export async function settled(counts) {
  let last = counts()
  for (let quiet = 0; quiet < QUIET_MS; quiet += LOOK_MS) {
    await pause()
    const now = counts()
    if (now.some((count, at) => count !== last[at])) quiet = 0
    last = now
  }
  return last
}
