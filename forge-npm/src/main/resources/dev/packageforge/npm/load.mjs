// Loads one entry point of an installed package and says so by a word that only this script knows:
// it came through the standard input, which is empty by the time that foreign code runs.
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const { specifier, byRequire, proof } = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(import.meta.url);
const [tell, exit] = [writeSync, process.exit.bind(process)];
let said = `${proof} loaded`;

try {
  if (byRequire) {
    require(specifier);
  } else {
    await import(specifier);
  }
} catch (error) {
  said = `${proof} failed ${String(error?.stack ?? error).slice(0, 8000)}`;
}
tell(3, said);
exit(0);
