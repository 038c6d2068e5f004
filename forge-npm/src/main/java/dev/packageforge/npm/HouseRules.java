package dev.packageforge.npm;

/** What a model is told of the packages we accept; what can be checked, is. */
final class HouseRules {
  static final String FIRST_VERSION = "1.0.0";

  static final String TEXT =
      """
      The package is for npm and runs on Node 20 and later: a library, a command, or both. Unless the request says \
      otherwise, it is plain JavaScript in ECMAScript modules without a build step and without dependencies.
      package.json is one plain JSON object with the planned "name", "version": "1.0.0", "type": "module", \
      "description", "keywords", "license": "MIT", "engines": {"node": ">=20"}, "exports" whose targets begin with \
      "./", "files" that lists what users need and no tests, and "scripts": {"test": "node --test"}.
      A command-line tool is named in "bin", begins with the line "#!/usr/bin/env node", prints its usage for --help \
      and ends with exit code 0; it runs its main function without comparing process.argv[1] to anything.
      Relative imports name the file with its extension.
      Import only files of the package, modules of Node with the prefix "node:", and the planned dependencies; \
      have no devDependencies.
      A dependency is stated as a range of versions such as "^1.2.3", never as an address, a folder, a tag or "*", \
      and in package.json with exactly the range that was planned.
      Have no script that npm runs by itself (preinstall, install, postinstall, prepare, prepack, prepublishOnly, \
      pretest, posttest and the like), no "private", no "publishConfig", no "workspaces", no "overrides", no bundled \
      dependencies, and no command named like a common one (node, npm, git, ls).
      Only if the request wants it to be loaded with require as well as with import: write the code once, in a \
      CommonJS file such as src/index.cjs that says exports.NAME = NAME for each name, and a module src/index.js that \
      says export { NAME } from './index.cjs'; then "exports" is \
      {".": {"import": "./src/index.js", "require": "./src/index.cjs"}}, and a test loads it both ways \
      (createRequire of node:module).
      Only if the request wants TypeScript: sources in src/*.ts, "devDependencies" of exactly \
      {"typescript": "^5.9.0", "@types/node": "^20.0.0"} (these two are never planned), "scripts" of \
      {"build": "tsc", "test": "node --test"}, "files": ["dist"], and "exports" with "types" first: \
      {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"}}. tsconfig.json has "compilerOptions" with \
      "target": "ES2022", "module": "NodeNext", "moduleResolution": "NodeNext", "rootDir": "src", "outDir": "dist", \
      "declaration": true, "strict": true, "skipLibCheck": true, "types": ["node"], and "include": ["src"]. Relative \
      imports in src end in .js though the file ends in .ts; types are imported with import type. Write no file \
      of dist: the build makes them. A command is src/cli.ts with its #! line and "bin" names ./dist/cli.js. Tests \
      are plain JavaScript all the same.
      Importing a module has no effect: it prints nothing, starts nothing and never ends the process.
      Tests stand in test/*.test.js, use only node:test and node:assert/strict, import the package by its own name, \
      need no network, leave nothing running, and each compares a result with what it should be.
      Write README.md with how to install the package and, if it is a library, an example in a block of its \
      own marked js that runs as it stands as a module: it imports the package by its name, needs no network and no \
      files, and ends by itself. Write LICENSE with the MIT licence.
      Write every file in full: no placeholders, no "rest of the code", no TODO. No .npmrc, no lock file, no .env, \
      no credentials.
      """;

  private HouseRules() {}
}
