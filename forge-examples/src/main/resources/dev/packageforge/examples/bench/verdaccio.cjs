'use strict';
// Starts a Verdaccio of its own: on loopback, on a free port, with everything in one folder, and
// without anything to ask for what it does not hold. Ends when whoever started it is gone.
const path = require('node:path');
const { runServer } = require('verdaccio');

const folder = process.argv[2];

runServer({
  self_path: path.join(folder, 'config.yaml'),
  storage: path.join(folder, 'storage'),
  auth: { htpasswd: { file: path.join(folder, 'htpasswd'), algorithm: 'bcrypt', rounds: 4 } },
  uplinks: {},
  packages: { '**': { access: '$all', publish: '$authenticated', unpublish: '$authenticated' } },
  max_body_size: '200mb',
  web: { enable: false },
  log: { type: 'stdout', format: 'json', level: 'fatal' },
}).then((app) => {
  const server = app.listen(0, '127.0.0.1', () => {
    console.log(`listening ${server.address().port}`);
  });
});

process.stdin.on('end', () => process.exit(0)).resume();
