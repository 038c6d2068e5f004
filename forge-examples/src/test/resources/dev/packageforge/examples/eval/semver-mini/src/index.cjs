const { compare, sort } = require('./compare.cjs');
const { increment } = require('./increment.cjs');
const { parse, valid } = require('./parse.cjs');
const { satisfies } = require('./range.cjs');

module.exports = { compare, increment, parse, satisfies, sort, valid };
