// LEB128 numbers and run-length columns, as section 7 has them.

export function unsigned(n) {
  const out = [];
  for (; n > 127; n = Math.floor(n / 128)) out.push((n % 128) | 128);
  return Buffer.from([...out, n]);
}

export function signed(n) {
  const out = [];
  for (; n < -64 || n > 63; n >>= 7) out.push((n & 127) | 128);
  return Buffer.from([...out, n & 127]);
}

export const sized = (bytes) => Buffer.concat([unsigned(bytes.length), bytes]);

/** The column of values that are bytes already: runs of equal ones are counted, those that stand alone gathered. */
export function runs(values) {
  const parts = [];
  const repeats = (from) => values.slice(from).findIndex((each) => !each.equals(values[from]));
  for (let at = 0, end; at < values.length; at = end) {
    const length = (from) => (repeats(from) < 0 ? values.length - from : repeats(from));
    end = at + length(at);
    if (end - at > 1) parts.push(signed(end - at), values[at]);
    else {
      while (end < values.length && length(end) === 1) end++;
      parts.push(signed(at - end), ...values.slice(at, end));
    }
  }
  return Buffer.concat(parts);
}

export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get ended() {
    return this.at === this.bytes.length;
  }

  take(length) {
    if (length > this.bytes.length - this.at) throw new Error('bytes end too soon');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  number(isSigned = false) {
    let n = 0, scale = 1, byte;
    do {
      byte = this.take(1)[0];
      n += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127 && scale < 2 ** 49);
    return isSigned && byte & 64 ? n - scale : n;
  }

  sized() {
    return this.take(this.number());
  }

  /** The values of a run-length column that has at most `most`. */
  runs(value, most) {
    const out = [];
    while (!this.ended && out.length <= most) {
      const count = this.number(true);
      if (count > 0) out.push(...Array(Math.min(count, most + 1)).fill(value(this)));
      else for (let i = count; i < 0 && out.length <= most; i++) out.push(value(this));
    }
    return out;
  }
}
