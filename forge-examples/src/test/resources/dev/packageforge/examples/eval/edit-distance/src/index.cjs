const { closest, rank } = require('./rank.cjs');
const { distance, similarity } = require('./distance.cjs');

module.exports = { closest, distance, rank, similarity };
