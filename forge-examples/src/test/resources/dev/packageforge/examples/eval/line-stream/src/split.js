import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/**
 * A stream that turns bytes into lines.
 *
 * @param {{maxLength?: number}} [options] the longest line in characters
 * @throws {TypeError} if maxLength is not a positive integer
 */
export function splitLines({ maxLength = Infinity } = {}) {
  if (maxLength !== Infinity && (!Number.isInteger(maxLength) || maxLength < 1)) {
    throw new TypeError(`maxLength must be a positive integer, was ${maxLength}`);
  }
  const decoder = new StringDecoder('utf8');
  const splitter = new Splitter(maxLength);
  return new Transform({
    readableObjectMode: true,
    transform(chunk, encoding, done) {
      run(done, () => splitter.add(decoder.write(chunk), (line) => this.push(line)));
    },
    flush(done) {
      run(done, () => splitter.end(decoder.end(), (line) => this.push(line)));
    },
  });
}

function run(done, action) {
  try {
    action();
    done();
  } catch (error) {
    done(error);
  }
}

class Splitter {
  #maxLength;
  #rest = '';
  #number = 0;

  constructor(maxLength) {
    this.#maxLength = maxLength;
  }

  add(text, emit) {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop();
    for (const part of parts) {
      this.#line(part.endsWith('\r') ? part.slice(0, -1) : part, emit);
    }
    // A carriage return at the end may yet turn out to be half of a line end.
    this.#check(this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest);
  }

  end(text, emit) {
    this.add(text, emit);
    if (this.#rest !== '') {
      this.#line(this.#rest, emit);
    }
  }

  #line(line, emit) {
    this.#check(line);
    this.#number += 1;
    emit(line);
  }

  #check(line) {
    if (line.length > this.#maxLength) {
      throw new RangeError(`line ${this.#number + 1} is longer than ${this.#maxLength} characters`);
    }
  }
}
