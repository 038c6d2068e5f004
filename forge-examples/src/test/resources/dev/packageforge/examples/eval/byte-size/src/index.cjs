const { formatBytes } = require('./format.cjs');
const { parseBytes, sumBytes } = require('./parse.cjs');

exports.formatBytes = formatBytes;
exports.parseBytes = parseBytes;
exports.sumBytes = sumBytes;
