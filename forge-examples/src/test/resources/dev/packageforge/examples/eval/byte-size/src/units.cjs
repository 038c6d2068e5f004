const DECIMAL = { step: 1000, names: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] };
const BINARY = { step: 1024, names: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] };

/** How many bytes each unit has, by its name in lower case. */
const BYTES = new Map([['', 1]]);
for (const { step, names } of [DECIMAL, BINARY]) {
  names.forEach((name, power) => BYTES.set(name.toLowerCase(), step ** power));
}
['k', 'm', 'g', 't', 'p'].forEach((name, index) => BYTES.set(name, 1024 ** (index + 1)));

module.exports = { BINARY, BYTES, DECIMAL };
