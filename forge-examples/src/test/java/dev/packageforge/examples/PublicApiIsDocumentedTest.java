package dev.packageforge.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Javadoc's own check for what is missing also wants empty tags; this one wants words. */
class PublicApiIsDocumentedTest {
  @Test
  void everythingThatEmbeddersSeeHasADocComment() throws IOException {
    List<Path> sources = librarySources();
    assertThat(sources).hasSizeGreaterThan(50);
    assertThat(undocumented(sources)).isEmpty();
  }

  @Test
  void whatHasNoDocCommentIsFound() throws IOException {
    Path source = Files.createTempFile("Sample", ".java");
    try {
      Files.writeString(
          source,
          """
          /** Said. */
          public record Sample(int told, int untold) {
            /** @param told said */
            public void said() {}
            public void unsaid() {}
            void hidden() {}
            @Override public String toString() { return ""; }
            public enum Kind { BARE }
          }
          """);
      assertThat(undocumented(List.of(source)))
          .map(line -> line.substring(line.indexOf(": ") + 2))
          .containsExactly(
              "Sample: no @param told", "Sample: no @param untold", "unsaid", "Kind", "BARE");
    } finally {
      Files.delete(source);
    }
  }

  private static List<Path> librarySources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Path.of("..").toAbsolutePath().normalize())) {
      for (Path module : modules.toList()) {
        String name = module.getFileName().toString();
        Path java = module.resolve("src/main/java");
        if (name.startsWith("forge-") && !name.equals("forge-examples") && Files.exists(java)) {
          try (Stream<Path> files = Files.walk(java)) {
            files.filter(f -> f.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static List<String> undocumented(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> missing = new ArrayList<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(docs, missing).scan(unit, null);
      }
    }
    return missing;
  }

  /** Walks through what is public, and into nothing else. */
  private static final class Scanner extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final List<String> missing;

    Scanner(DocTrees docs, List<String> missing) {
      this.docs = docs;
      this.missing = missing;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      if (!isPublic(type.getModifiers())) {
        return null;
      }
      need(type.getSimpleName().toString());
      if (type.getKind() == Tree.Kind.RECORD) {
        String doc = String.valueOf(docs.getDocComment(getCurrentPath()));
        for (Tree member : type.getMembers()) {
          if (member instanceof VariableTree component
              && !component.getModifiers().getFlags().contains(Modifier.STATIC)
              && !doc.contains("@param " + component.getName() + " ")) {
            missing.add(where() + type.getSimpleName() + ": no @param " + component.getName());
          }
        }
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      boolean override =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
      boolean generated = docs.getSourcePositions().getEndPosition(unit(), method) < 0;
      if (isPublic(method.getModifiers()) && !override && !generated) {
        need(method.getName().toString());
      }
      return null;
    }

    @Override
    public Void visitVariable(VariableTree field, Void unused) {
      Tree type = getCurrentPath().getParentPath().getLeaf();
      boolean component =
          type.getKind() == Tree.Kind.RECORD
              && !field.getModifiers().getFlags().contains(Modifier.STATIC);
      if (isPublic(field.getModifiers()) && !component) {
        need(field.getName().toString());
      }
      return null;
    }

    private boolean isPublic(ModifiersTree modifiers) {
      TreePath parent = getCurrentPath().getParentPath();
      boolean inInterface = parent != null && parent.getLeaf().getKind() == Tree.Kind.INTERFACE;
      return modifiers.getFlags().contains(Modifier.PUBLIC)
          || modifiers.getFlags().contains(Modifier.PROTECTED)
          || (inInterface && !modifiers.getFlags().contains(Modifier.PRIVATE));
    }

    private void need(String name) {
      String doc = docs.getDocComment(getCurrentPath());
      if (doc == null || doc.isBlank()) {
        missing.add(where() + name);
      }
    }

    private String where() {
      String file = Path.of(unit().getSourceFile().getName()).getFileName().toString();
      long start = docs.getSourcePositions().getStartPosition(unit(), getCurrentPath().getLeaf());
      return file + ":" + unit().getLineMap().getLineNumber(Math.max(0, start)) + ": ";
    }

    private CompilationUnitTree unit() {
      return getCurrentPath().getCompilationUnit();
    }
  }
}
