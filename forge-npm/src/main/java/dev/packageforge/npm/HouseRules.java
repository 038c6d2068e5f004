package dev.packageforge.npm;

/** What a model is told of the packages we accept; what can be checked, is. */
final class HouseRules {
  static final String FIRST_VERSION = "1.0.0";

  static final String TEXT =
      """
      The package is for npm and runs on Node 20 and later, without a build step.
      package.json is one plain JSON object with the planned "name", "version": "1.0.0", "type": "module", \
      "description", "keywords", "license": "MIT", "engines": {"node": ">=20"}, "exports" whose targets begin with \
      "./", "files" that lists what users need and no tests, and "scripts": {"test": "node --test"}.
      A command-line tool is named in "bin", begins with the line "#!/usr/bin/env node", prints its usage for --help \
      and ends with exit code 0; it runs its main function without comparing process.argv[1] to anything.
      Write ECMAScript modules in plain JavaScript; relative imports name the file with its extension.
      Import only files of the package, modules of Node with the prefix "node:", and the planned dependencies; \
      prefer no dependencies at all, and have no devDependencies.
      A dependency is stated as a range of versions such as "^1.2.3", never as an address, a folder, a tag or "*", \
      and in package.json with exactly the range that was planned.
      Have no script that npm runs by itself (preinstall, install, postinstall, prepare, prepack, prepublishOnly, \
      pretest, posttest and the like), no "private", no "publishConfig", no "workspaces", no "overrides", no bundled \
      dependencies, and no command named like a common one (node, npm, git, ls).
      Importing a module has no effect: it prints nothing, starts nothing and never ends the process.
      Tests stand in test/*.test.js, use only node:test and node:assert/strict, import the package by its own name, \
      need no network, leave nothing running, and each compares a result with what it should be.
      Write README.md with how to install the package and an example that runs as it stands, and LICENSE with the \
      MIT licence.
      Write every file in full: no placeholders, no "rest of the code", no TODO. No .npmrc, no lock file, no .env, \
      no credentials.
      """;

  private HouseRules() {}
}
