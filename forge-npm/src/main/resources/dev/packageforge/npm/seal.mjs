// Writes a report that nobody else can write: each line carries a keyed hash of itself and of all
// lines before it. The key is read and removed before any foreign code runs.
import { createHmac } from 'node:crypto';
import { appendFileSync, readFileSync, unlinkSync } from 'node:fs';
import path from 'node:path';

export function sealedReport(folder) {
  const keyFile = path.join(folder, 'key');
  const key = readFileSync(keyFile, 'utf8');
  unlinkSync(keyFile);
  const file = path.join(folder, 'report.jsonl');
  const [append, hmac, stringify] = [appendFileSync, createHmac, JSON.stringify];
  let before = '';
  return (event) => {
    const json = stringify(event);
    before = hmac('sha256', key).update(before).update(json).digest('hex');
    append(file, `${before} ${json}\n`);
  };
}
