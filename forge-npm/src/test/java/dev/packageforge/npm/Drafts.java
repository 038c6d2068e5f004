package dev.packageforge.npm;

import dev.packageforge.FileSet;
import dev.packageforge.PackageId;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.PackagePlan.PlannedFile;
import dev.packageforge.SourceFile;
import dev.packageforge.toolchain.VerificationRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Drafts to verify: a good one, and ways to spoil it. Immutable. */
final class Drafts {
  static final String MANIFEST =
      """
      {
        "name": "tiny-slug",
        "version": "1.0.0",
        "description": "Makes slugs",
        "keywords": ["slug"],
        "license": "MIT",
        "type": "module",
        "engines": {"node": ">=20"},
        "exports": {".": "./src/index.js"},
        "files": ["src", "bin"],
        "scripts": {"test": "node --test"}
      }
      """;
  static final String SOURCE =
      """
      export function slug(text) {
        return text.toLowerCase().replaceAll(' ', '-');
      }
      """;
  static final String TEST =
      """
      import assert from 'node:assert/strict';
      import test from 'node:test';
      import { slug } from 'tiny-slug';

      test('lowers letters', () => assert.equal(slug('Ab'), 'ab'));
      test('joins words', () => assert.equal(slug('a b'), 'a-b'));
      """;

  static final String README =
      """
      # tiny-slug

      ```js
      import { slug } from 'tiny-slug';

      console.log(slug('A b'));
      ```
      """;

  private final Map<String, String> files;
  private final List<PlannedDependency> dependencies;

  private Drafts(Map<String, String> files, List<PlannedDependency> dependencies) {
    this.files = files;
    this.dependencies = dependencies;
  }

  static Drafts good() {
    return new Drafts(
        Map.of(
            "package.json", MANIFEST,
            "src/index.js", SOURCE,
            "test/slug.test.js", TEST,
            "README.md", README,
            "LICENSE", "MIT\n"),
        List.of());
  }

  Drafts with(String path, String content) {
    Map<String, String> next = new TreeMap<>(files);
    next.put(path, content);
    return new Drafts(next, dependencies);
  }

  Drafts without(String path) {
    Map<String, String> next = new TreeMap<>(files);
    next.remove(path);
    return new Drafts(next, dependencies);
  }

  /** The manifest with a piece of its text replaced. */
  Drafts manifest(String from, String to) {
    String text = files.getOrDefault("package.json", "");
    if (!text.contains(from)) {
      throw new IllegalArgumentException("the manifest has no " + from);
    }
    return with("package.json", text.replace(from, to));
  }

  Drafts planning(String name, String range) {
    return new Drafts(files, List.of(new PlannedDependency(name, range, "it helps")));
  }

  VerificationRequest request() {
    List<SourceFile> sources =
        files.entrySet().stream().map(e -> new SourceFile(e.getKey(), e.getValue())).toList();
    PackagePlan plan =
        new PackagePlan(
            "tiny-slug",
            "Makes slugs",
            files.keySet().stream().sorted().map(path -> new PlannedFile(path, "needed")).toList(),
            List.of("lowers letters"),
            dependencies);
    return new VerificationRequest(
        new PackageId("tiny-slug", "1.0.0"), plan, FileSet.of(sources), List.of());
  }
}
