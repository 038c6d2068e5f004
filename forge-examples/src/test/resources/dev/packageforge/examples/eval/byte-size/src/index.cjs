const { formatBytes } = require('./format.cjs');
const { parseBytes, sumBytes } = require('./parse.cjs');

module.exports = { formatBytes, parseBytes, sumBytes };
