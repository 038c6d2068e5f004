package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SurfaceTest {
  private static final Drafts GOOD = Drafts.good();
  private static final Drafts TOOL =
      field("\"bin\": {\"slug\": \"./bin/slug.js\"}")
          .with(
              "bin/slug.js",
              "#!/usr/bin/env node\nimport { main } from '../src/cli.js';\nmain();\n")
          .with("src/cli.js", "export const main = () => console.log(`usage: slug [--lower]`);\n");
  private static final Drafts TYPED =
      GOOD.without("src/index.js")
          .manifest("./src/index.js", "./dist/index.js")
          .manifest("node --test\"", "node --test\", \"build\": \"tsc\"")
          .with("src/index.ts", "export function slug(text: string): string { return text; }\n");

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("changes")
  void whatUsersSeeDecidesTheNextVersion(
      String expected, String what, Drafts before, Drafts after) {
    assertThat(next("1.2.3", before, after)).isEqualTo(expected);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        patch("nothing", GOOD, GOOD),
        patch("how it works", GOOD, source("export function slug() { return ''; }")),
        patch("another way to say it", GOOD, source("function slug() {}\nexport { slug };")),
        patch(
            "moved to another file",
            GOOD,
            source("export * from './other.js';").with("src/other.js", Drafts.SOURCE)),
        patch("the manifest cannot be read", GOOD, GOOD.with("package.json", "{")),
        patch("an inner file", GOOD, GOOD.with("src/inner.js", "export const more = 1;\n")),
        patch("a local name", GOOD, source(Drafts.SOURCE + "const more = 1; exported = more;")),
        minor("one more function", GOOD, and("export const more = () => 1;")),
        minor("a default", GOOD, and("export default slug;")),
        minor("a class", GOOD, and("export class Slug {}")),
        minor("a subpath", GOOD, GOOD.manifest("\".\": ", "\"./x\": \"./src/index.js\", \".\": ")),
        minor(
            "re-exported",
            GOOD,
            and("export { a as more } from './a.js';").with("src/a.js", "export const a = 1;")),
        minor("everything of another package", GOOD, and("export * from 'helper';")),
        minor("a command", GOOD, TOOL),
        minor(
            "a flag",
            TOOL,
            TOOL.with("src/cli.js", "export const main = () => 'usage: [--lower] [--json]';\n")),
        minor(
            "a parsed flag",
            TOOL,
            TOOL.with(
                "src/cli.js",
                "'--lower'; parseArgs({ options: { json: { type: 'boolean', short: 'j' } } });\n")),
        minor("an older Node", GOOD.manifest(">=20", ">=20.3"), GOOD),
        minor("an older Node too", GOOD, GOOD.manifest(">=20", "^18.2 || >=20")),
        minor("require too", GOOD, dual()),
        minor("types", GOOD, field("\"types\": \"./a.d.ts\"").with("a.d.ts", "export type A = 1;")),
        minor(
            "one more function in TypeScript",
            TYPED,
            TYPED.with(
                "src/index.ts",
                "export interface Options {}\nexport function slug(text: string): string;\n")),
        major("a function is gone", and("export const more = 1;"), GOOD),
        major("renamed", GOOD, source("export function slugify() {}")),
        major("a subpath is gone", GOOD.manifest("\".\": ", "\"./x\": \"./x.js\", \".\": "), GOOD),
        major("a command is gone", TOOL, GOOD),
        major("renamed command", TOOL, TOOL.manifest("\"slug\": \"./bin", "\"slag\": \"./bin")),
        major(
            "a flag is gone",
            TOOL,
            TOOL.with("src/cli.js", "export const main = () => 'usage: slug';\n")),
        major("a newer Node", GOOD, GOOD.manifest(">=20", ">=22")),
        major("no require any more", dual(), GOOD),
        major(
            "a name is gone for require alone",
            dual(),
            dual().with("src/index.cjs", "exports.other = 1;\n")),
        major("gone and new", GOOD, source("export const b = 1, c = 2;")),
        major("gone in TypeScript", TYPED, TYPED.with("src/index.ts", "export enum Slug { A }\n")));
  }

  @Test
  void flagsThatOnlyTheReadmeTellsCountWhenTheCodeTellsNone() {
    Drafts silent = TOOL.with("src/cli.js", "export const main = () => {};\n");
    assertThat(next("1.2.3", silent, silent.with("README.md", "slug --json\n"))).isEqualTo("1.3.0");
    assertThat(next("1.2.3", TOOL, TOOL.with("README.md", "slug --json\n"))).isEqualTo("1.2.4");
  }

  @ParameterizedTest
  @CsvSource({"0.4.5, 0.5.0", "1.0.0, 2.0.0", "9.9.9, 10.0.0", "2.0.0-beta.1, 2.0.0"})
  void whatIsGoneRaisesTheFirstPartThatMeansSomething(String version, String expected) {
    assertThat(next(version, GOOD, source("export const other = 1;"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.4.5, 0.4.6", "1.9.9, 1.9.10", "1.0.0-rc.1, 1.0.0"})
  void whatCannotBeSeenRaisesTheLastPart(String version, String expected) {
    assertThat(next(version, GOOD, GOOD)).isEqualTo(expected);
  }

  @Test
  void whatIsNoVersionIsRefused() {
    assertThatThrownBy(() -> next("new", GOOD, GOOD)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "export const a = { x: 1, y }, b = [2, 3]; const c = 4, d = 5;#a,b",
        "export let a = f(1, 2)~foo(3), bar~export async function* g() {}#a,g",
        "export const { a, b: c, ...rest } = x; export const [d, , e = f] = y;#a,c,d,e,rest",
        "export { a, b as c, type D } from './missing.js'; export * as ns from 'x';#D,a,c,ns",
        "export { a as default }; export default class A { export() {} }#default",
        "export type A = string; export interface B { c: 1 } export declare const d: 1;#A,B,d",
        "export abstract class A {} export const enum E { F } export namespace N { export const x = 1 }#A,E,N",
        "module.exports = { a, b: { c: 1 }, 'd-e': 2, async f() {}, get g() { return 1; } };#a,b,d-e,f,g",
        "module.exports = slug; module.exports.more = 1; exports.x = exports.y = 2;#default,more,x,y",
        "// export const a = 1~const s = 'export const b'; if (exports.c === 1) {}#",
        "export * from './again.js'; export * from 'elsewhere';#* from elsewhere,again",
        "module.exports = { ...require('./common.cjs'), own: 1 };#common,own",
        "module.exports = require('./common');#common",
      })
  void namesAreReadFromEveryFormOfExport(String script, String names) {
    Drafts draft =
        source(script.replace('~', '\n'))
            .with("src/again.js", "export * from './index.js'; export const again = 1;")
            .with("src/common.cjs", "exports.common = 1;")
            .with("src/common.js", "exports.common = 1;");
    assertThat(
            ExportReader.names(
                new ModuleGraph(draft.request().files(), Manifest.in(draft.request().files())),
                "src/index.js"))
        .containsExactly(names == null ? new String[0] : names.split(",", -1));
  }

  private static String next(String version, Drafts before, Drafts after) {
    return Surface.next(version, before.request().files(), after.request().files());
  }

  private static Arguments patch(String what, Drafts before, Drafts after) {
    return arguments("1.2.4", what, before, after);
  }

  private static Arguments minor(String what, Drafts before, Drafts after) {
    return arguments("1.3.0", what, before, after);
  }

  private static Arguments major(String what, Drafts before, Drafts after) {
    return arguments("2.0.0", what, before, after);
  }

  private static Drafts field(String field) {
    return GOOD.manifest("\"license\"", field + ", \"license\"");
  }

  private static Drafts source(String text) {
    return GOOD.with("src/index.js", text + "\n");
  }

  private static Drafts and(String text) {
    return source(Drafts.SOURCE + text);
  }

  private static Drafts dual() {
    return GOOD.manifest(
            "\"./src/index.js\"",
            "{\"import\": \"./src/index.js\", \"require\": \"./src/index.cjs\"}")
        .with("src/index.cjs", "exports.slug = (text) => text;\n");
  }
}
