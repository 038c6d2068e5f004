package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A small package that somebody wrote by hand, and packed with npm. */
final class HandMade {
  static final String NAME = "leap-years-by-hand";

  private final Path folder;

  /** Written into a folder of its own below this one. */
  HandMade(Path parent, String version) throws IOException {
    this.folder = Files.createDirectories(parent.resolve(NAME));
    Files.createDirectories(folder.resolve("test"));
    write(
        "package.json",
        """
        {
          "name": "%s",
          "version": "%s",
          "description": "Tells leap years of the Gregorian calendar.",
          "keywords": ["leap", "year", "calendar"],
          "license": "MIT",
          "type": "module",
          "exports": { ".": "./index.js" },
          "files": ["index.js"],
          "engines": { "node": ">=20" },
          "scripts": { "test": "node --test test/" }
        }
        """
            .formatted(NAME, version));
    write(
        "index.js",
        """
        export function isLeap(year) {
          return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
        }
        """);
    write(
        "test/leap.test.js",
        """
        import test from 'node:test';
        import assert from 'node:assert/strict';
        import { isLeap } from '%s';

        test('every fourth year', () => assert.equal(isLeap(2024), true));
        test('no century', () => assert.equal(isLeap(1900), false));
        test('but every fourth century', () => assert.equal(isLeap(2000), true));
        console.log(JSON.stringify(process.env), process.argv.join(' '));
        """
            .formatted(NAME));
    write(
        "README.md",
        """
        # %s

        Tells leap years of the Gregorian calendar.

        ```sh
        npm install %s
        ```

        ```js
        import { isLeap } from '%s';
        console.log(isLeap(2024));
        ```
        """
            .formatted(NAME, NAME, NAME));
    write("LICENSE", "MIT License\n\nCopyright (c) 2026 Ada\n\nPermission is hereby granted.\n");
  }

  Path folder() {
    return folder;
  }

  HandMade write(String path, String text) throws IOException {
    Files.writeString(folder.resolve(path), text);
    return this;
  }

  /** Packs it beside its folder, as npm packs. */
  Path packed() throws IOException, InterruptedException {
    Process npm =
        new ProcessBuilder("npm", "pack", "--ignore-scripts", "--pack-destination", "..")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(npm.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(npm.exitValue()).as(said).isZero();
    return folder.resolveSibling(said.strip().lines().reduce((a, b) -> b).orElseThrow());
  }
}
