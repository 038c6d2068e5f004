package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImportScannerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "import 'x';",
        "import \"x\"",
        "import a from 'x';",
        "import * as a from 'x';",
        "import { a, b as c } from 'x';",
        "import a, { b } from 'x';",
        "import {\n  a,\n  b\n} from 'x';",
        "import data from 'x' with { type: 'json' };",
        "import type { A } from 'x';",
        "export { a } from 'x';",
        "export * from 'x';",
        "export * as a from 'x';",
        "const a = await import('x');",
        "import('x', { with: {} });",
        "import(`x`);",
        "const a = require('x');",
        "if (a / b) { require('x') }",
        "const r = /['\"`/]/; require('x');",
        "const s = `a ${ require('x') } b`;",
        "const s = `a ${ { a: 1 } } 'b`; require('x');",
        "const s = 'it\\'s'; require('x')",
        "/* import 'y' */ import 'x' // import 'z'",
        "#!/usr/bin/env node\nimport 'x';",
        "return /\\//.test(a) ? require('x') : 1"
      })
  void findsWhatIsImported(String script) {
    assertThat(specifiers(script)).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// import 'x'",
        "/* require('x') */",
        "const s = \"import 'x'\";",
        "const s = `import 'x'`;",
        "const s = `\nimport a from 'x';\n`;",
        "import.meta.url",
        "loader.import('x')",
        "module.require('x')",
        "import(name)",
        "require(`./${name}`)",
        "require('a' + b)",
        "export const from = 'x';",
        "export default 'x';",
        "export { a }; const b = 'x';",
        "const a = /import 'x'/;",
        "important('x')",
        "'unterminated",
        "`unterminated ${",
        "/* unterminated",
        ""
      })
  void takesNothingElseForAnImport(String script) {
    assertThat(specifiers(script)).isEmpty();
  }

  @Test
  void knowsTheLine() {
    String script = "/*\n*/\n`\n`;\nimport a from\n  'x';\n";
    assertThat(ImportScanner.imports(JsLexer.tokens(script)))
        .containsExactly(new ImportScanner.Import("x", 6, false));
  }

  private static List<String> specifiers(String script) {
    return ImportScanner.imports(JsLexer.tokens(script)).stream()
        .map(ImportScanner.Import::specifier)
        .toList();
  }
}
