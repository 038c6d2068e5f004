// Listens on the sandbox's own loopback device, and hands each request over its output to whoever
// started it; answers come over its input. Frames both ways: a letter, a number of four bytes, a
// length of four bytes, and so many bytes.
import { createServer } from 'node:http';

const HEAD = 9;
const LONGEST = 64 * 1024;
const AT_ONCE = 64;
const CREDIT_EACH = 32 * 1024;

const answers = new Map();
let last = 0;
let rest = Buffer.alloc(0);

function send(letter, id, payload) {
  const frame = Buffer.allocUnsafe(HEAD + payload.length);
  frame.writeUInt8(letter.charCodeAt(0), 0);
  frame.writeUInt32BE(id, 1);
  frame.writeUInt32BE(payload.length, 5);
  payload.copy(frame, HEAD);
  process.stdout.write(frame);
}

function number(value) {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function refuse(response, status) {
  response.writeHead(status, { connection: 'close', 'content-length': 0 });
  response.end();
}

const server = createServer(
  {
    maxHeaderSize: 8 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 120_000,
    noDelay: true,
  },
  (request, response) => {
    const length = request.headers['content-length'] ?? '0';
    if (length !== '0' || request.headers['transfer-encoding'] !== undefined) {
      refuse(response, 405);
      return;
    }
    if (request.url.length > 1024 || answers.size >= AT_ONCE) {
      refuse(response, request.url.length > 1024 ? 414 : 503);
      return;
    }
    const id = ++last;
    const answer = { response, owed: 0 };
    answers.set(id, answer);
    response.on('close', () => {
      if (answers.delete(id)) {
        send('X', id, Buffer.alloc(0));
      }
    });
    response.on('error', () => {});
    send('Q', id, Buffer.from(`${request.method} ${request.url}`, 'latin1'));
  },
);
server.maxConnections = 256;
server.on('connect', (request, socket) => socket.destroy());

function took(id, length) {
  const answer = answers.get(id);
  if (answer === undefined) {
    return;
  }
  answer.owed += length;
  if (answer.owed >= CREDIT_EACH) {
    send('C', id, number(answer.owed));
    answer.owed = 0;
  }
}

function frame(letter, id, payload) {
  if (letter === 'K') {
    server.listen({ host: '127.0.0.1', port: 0, backlog: 256 }, () => {
      send('H', 0, Buffer.concat([payload, number(server.address().port)]));
    });
    return;
  }
  const answer = answers.get(id);
  if (answer === undefined) {
    return; // whoever asked is gone
  }
  const { response } = answer;
  if (letter === 'A') {
    const [status, length, type] = payload.toString('latin1').split(' ');
    response.writeHead(Number(status), {
      'content-type': type,
      'content-length': Number(length),
      'cache-control': 'no-store',
    });
  } else if (letter === 'B') {
    response.write(payload, () => took(id, payload.length));
  } else if (letter === 'E') {
    answers.delete(id);
    response.end();
  } else {
    answers.delete(id);
    response.destroy();
  }
}

process.stdin.on('data', (chunk) => {
  rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  while (rest.length >= HEAD) {
    const length = rest.readUInt32BE(5);
    if (length > LONGEST) {
      process.exit(1);
    }
    if (rest.length < HEAD + length) {
      break;
    }
    const payload = rest.subarray(HEAD, HEAD + length);
    frame(String.fromCharCode(rest[0]), rest.readUInt32BE(1), payload);
    rest = rest.subarray(HEAD + length);
  }
});
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
