package dev.packageforge.npm;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A small sound package as somebody would write it by hand, to be spoiled in one place. Immutable.
 */
final class Sound {
  private static final String LICENCE = "MIT License\n\nCopyright (c) the authors\n";

  private final String kind;
  private final Map<String, String> files;

  private Sound(String kind, Map<String, String> files) {
    this.kind = kind;
    this.files = files;
  }

  private static Sound of(String kind, Map<String, String> files) {
    Map<String, String> all = new TreeMap<>(files);
    all.put("LICENSE", LICENCE);
    all.put("README.md", "# " + kind + "\n\nnpm install it, then import it.\n");
    return new Sound(kind, all);
  }

  /** CommonJS, in two files. */
  static Sound common() {
    return of(
        "common",
        Map.of(
            "package.json",
            """
            {
              "name": "sum-of-all",
              "version": "2.1.0",
              "description": "Adds numbers",
              "license": "MIT",
              "main": "lib/index.js",
              "engines": { "node": ">=18" },
              "files": ["lib"],
              "devDependencies": { "left-pad": "^1.3.0" }
            }
            """,
            "lib/index.js",
            """
            'use strict';
            const path = require('path');
            const { add } = require('./add');

            exports.name = path.basename(__filename);
            exports.sum = (numbers) => numbers.reduce(add, 0);
            """,
            "lib/add.js",
            """
            'use strict';
            module.exports.add = (a, b) => a + b;
            """));
  }

  /** ECMAScript modules, with a path below the package and a dependency. */
  static Sound modules() {
    return of(
        "modules",
        Map.of(
            "package.json",
            """
            {
              "name": "count-words",
              "version": "1.0.0",
              "description": "Counts words",
              "license": "Apache-2.0",
              "type": "module",
              "exports": {
                ".": "./src/index.js",
                "./lower": "./src/lower.js",
                "./package.json": "./package.json"
              },
              "imports": { "#lower": "./src/lower.js" },
              "files": ["src"],
              "dependencies": { "ms": "^2.1.3" },
              "devDependencies": { "kleur": "^4.1.5" }
            }
            """,
            "src/index.js",
            """
            import { createRequire } from 'node:module';
            import ms from 'ms';
            import { lower } from './lower.js';

            export const version = createRequire(import.meta.url)('../package.json').version;
            export const second = ms('1s');
            export const count = (text) => lower(text).split(' ').length;
            """,
            "src/lower.js",
            "export const lower = (text) => text.toLowerCase();\n"));
  }

  /** Both module systems, with types for each. */
  static Sound dual() {
    return of(
        "dual",
        Map.of(
            "package.json",
            """
            {
              "name": "@makers/both",
              "version": "0.3.1",
              "description": "Both ways",
              "license": "(MIT OR Apache-2.0)",
              "main": "./dist/index.cjs",
              "module": "./dist/index.mjs",
              "types": "./types/index.d.ts",
              "exports": {
                ".": {
                  "types": "./types/index.d.ts",
                  "import": "./dist/index.mjs",
                  "require": "./dist/index.cjs",
                  "default": "./dist/index.cjs"
                }
              },
              "files": ["dist", "types"]
            }
            """,
            "dist/index.mjs",
            "export const one = () => 1;\n//# sourceMappingURL=index.mjs.map\n",
            "dist/index.mjs.map",
            "{\"version\":3,\"sources\":[\"../src/index.ts\"],\"names\":[],\"mappings\":\"AAAA\"}",
            "dist/index.cjs",
            "'use strict';\nexports.one = () => 1;\n",
            "types/index.d.ts",
            "export { One } from './one.js';\nexport declare const one: () => number;\n",
            "types/one.d.ts",
            "export type One = 1;\n"));
  }

  /** Commands. */
  static Sound command() {
    return of(
        "command",
        Map.of(
            "package.json",
            """
            {
              "name": "say-hello",
              "version": "1.0.0-beta.2",
              "description": "Says hello",
              "license": "ISC",
              "type": "module",
              "bin": { "say-hello": "bin/cli.js" },
              "engines": { "node": "^20.19.0 || >=22.12.0" },
              "files": ["bin", "src"]
            }
            """,
            "bin/cli.js",
            """
            #!/usr/bin/env node
            import { hello } from '../src/hello.js';

            console.log(process.argv.includes('--help') ? 'say-hello [name]' : hello());
            """,
            "src/hello.js",
            "export const hello = () => 'hello';\n"));
  }

  String kind() {
    return kind;
  }

  Sound with(String path, String content) {
    Map<String, String> next = new TreeMap<>(files);
    next.put(path, content);
    return new Sound(kind, next);
  }

  Sound without(String path) {
    if (!files.containsKey(path)) {
      throw new IllegalArgumentException(kind + " has no " + path);
    }
    Map<String, String> next = new TreeMap<>(files);
    next.remove(path);
    return new Sound(kind, next);
  }

  /** A file with a piece of its text replaced. */
  Sound replacing(String path, String from, String to) {
    return changing(
        path,
        text -> {
          if (!text.contains(from)) {
            throw new IllegalArgumentException(kind + ": " + path + " has no " + from);
          }
          return text.replace(from, to);
        });
  }

  /** The manifest with a piece of its text replaced. */
  Sound manifest(String from, String to) {
    return replacing("package.json", from, to);
  }

  /** The manifest with more fields, each with a comma behind it. */
  Sound adding(String fields) {
    return changing("package.json", text -> "{" + fields + text.substring(1));
  }

  private Sound changing(String path, UnaryOperator<String> change) {
    String text = files.get(path);
    if (text == null) {
      throw new IllegalArgumentException(kind + " has no " + path);
    }
    return with(path, change.apply(text));
  }

  Map<String, String> files() {
    return Map.copyOf(files);
  }

  byte[] tarball() {
    Tars tar = Tars.empty();
    files.forEach((path, content) -> tar.file("package/" + path, content));
    return tar.gzipped();
  }
}
