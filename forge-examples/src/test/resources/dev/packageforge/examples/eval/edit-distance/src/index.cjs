const { closest, rank } = require('./rank.cjs');
const { distance, similarity } = require('./distance.cjs');

exports.closest = closest;
exports.distance = distance;
exports.rank = rank;
exports.similarity = similarity;
