import { Transform } from 'node:stream';

/** A stream that ends each string with a line feed. */
export function joinLines() {
  return new Transform({
    writableObjectMode: true,
    transform(line, encoding, done) {
      done(null, `${line}\n`);
    },
  });
}
