const { compare, sort } = require('./compare.cjs');
const { increment } = require('./increment.cjs');
const { parse, valid } = require('./parse.cjs');
const { satisfies } = require('./range.cjs');

exports.compare = compare;
exports.increment = increment;
exports.parse = parse;
exports.satisfies = satisfies;
exports.sort = sort;
exports.valid = valid;
