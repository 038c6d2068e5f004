package dev.packageforge;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the plan of this module: who may know whom, and what nobody may do. */
class ArchitectureTest {
  private static final String ROOT = "dev.packageforge";
  private static final JavaClasses CORE = main();

  /** Whom each package may know, besides itself, the JDK and the vocabulary. */
  private static final Map<String, Set<String>> PLAN =
      Map.of(
          "llm", Set.of(),
          "registry", Set.of(),
          "queue", Set.of(),
          "sandbox", Set.of(),
          "toolchain", Set.of("sandbox"),
          "pipeline", Set.of("llm", "sandbox", "registry", "toolchain", "queue"),
          "worker", Set.of("pipeline", "queue"));

  private static final ArchRule CLOCKS_AND_THREADS_COME_FROM_OUTSIDE =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class)
          .orShould()
          .callMethod(TimeUnit.class, "sleep", long.class)
          .orShould()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "exit", int.class);

  private static final ArchRule EXCEPTIONS_HAVE_ONE_ROOT =
      classes()
          .that()
          .areAssignableTo(Throwable.class)
          .should()
          .beAssignableTo(ForgeException.class);

  private static final ArchRule NOBODY_EXTENDS_BY_ACCIDENT =
      classes().that().arePublic().or().areProtected().should(beClosedForExtension());

  private static final ArchRule JSON_STAYS_INSIDE =
      noClasses()
          .that()
          .arePublic()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml..");

  @Test
  void theVocabularyKnowsTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT, "java..", "javax.crypto..", "org.jspecify..")
        .check(CORE);
  }

  @ParameterizedTest
  @MethodSource("planned")
  void aPackageKnowsWhomThePlanLetsItKnow(String name) {
    String self = ROOT + "." + name;
    List<String> known = new ArrayList<>(List.of(self, ROOT, "java..", "org.jspecify.."));
    known.add("org.slf4j..");
    known.add("com.fasterxml.jackson..");
    PLAN.getOrDefault(name, Set.of()).forEach(other -> known.add(ROOT + "." + other));
    classes()
        .that()
        .resideInAPackage(self)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(known.toArray(String[]::new))
        .check(CORE);
  }

  @Test
  void thePlanKnowsEveryPackage() {
    Set<String> planned = planned().map(name -> ROOT + "." + name).collect(Collectors.toSet());
    planned.add(ROOT);
    assertThat(packages())
        .extracting(JavaPackage::getName)
        .containsExactlyInAnyOrderElementsOf(planned);
  }

  @Test
  void noPackagesStandInARing() {
    slices().assignedFrom(packageByPackage()).should().beFreeOfCycles().check(CORE);
  }

  @Test
  void theJsonParserIsHidden() {
    JSON_STAYS_INSIDE.check(CORE);
    classes()
        .that()
        .arePublic()
        .should(showOnlyTypesOf(ROOT, "java.", "javax.crypto."))
        .check(CORE);
  }

  @Test
  void clocksAndThreadsComeFromOutside() {
    CLOCKS_AND_THREADS_COME_FROM_OUTSIDE.check(CORE);
  }

  @Test
  void exceptionsHaveOneRoot() {
    EXCEPTIONS_HAVE_ONE_ROOT.check(CORE);
  }

  @Test
  void nobodyExtendsByAccident() {
    NOBODY_EXTENDS_BY_ACCIDENT.check(CORE);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(packages())
        .isNotEmpty()
        .allSatisfy(
            one -> assertThat(one.isAnnotatedWith(NullMarked.class)).as(one.getName()).isTrue());
  }

  @Test
  void noSourceSpeaksOfOneEcosystem() throws IOException {
    Pattern anywhere = Pattern.compile("\\bnpm\\b", Pattern.CASE_INSENSITIVE);
    // In code, a node is part of a JSON tree; in words, it would be a runtime.
    Pattern inWords = Pattern.compile("\\bnode\\b", Pattern.CASE_INSENSITIVE);
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(sources).isNotEmpty();
    for (Path source : sources) {
      String text = Files.readString(source);
      assertThat(anywhere.matcher(text).find()).as(source + " says npm").isFalse();
      assertThat(inWords.matcher(words(text)).find()).as(source + " says node").isFalse();
    }
  }

  @Test
  void theRulesCatchWhoBreaksThem() {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class, Stray.class);
    assertThat(CLOCKS_AND_THREADS_COME_FROM_OUTSIDE.evaluate(offender).hasViolation()).isTrue();
    assertThat(EXCEPTIONS_HAVE_ONE_ROOT.evaluate(offender).hasViolation()).isTrue();
    assertThat(NOBODY_EXTENDS_BY_ACCIDENT.evaluate(offender).hasViolation()).isTrue();
    assertThat(
            classes()
                .should(showOnlyTypesOf("java."))
                .evaluate(offender)
                .getFailureReport()
                .getDetails())
        .anyMatch(detail -> detail.contains("JavaType"));
    assertThat(words("int node = \"a\"; // b\n/* c */ char d;")).isEqualTo("\"a\"\n// b\n/* c */");
  }

  private static Stream<String> planned() {
    return PLAN.keySet().stream().sorted();
  }

  private static JavaClasses main() {
    try {
      Path classes =
          Path.of(ForgeException.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new ClassFileImporter().importPath(classes);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JavaPackage> packages() {
    return CORE.stream().map(JavaClass::getPackage).distinct().toList();
  }

  private static String words(String source) {
    Matcher matcher =
        Pattern.compile(
                "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|//.*|/\\*[\\s\\S]*?\\*/")
            .matcher(source);
    return matcher.results().map(result -> result.group()).collect(Collectors.joining("\n"));
  }

  private static SliceAssignment packageByPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return type.getPackageName().startsWith(ROOT)
            ? SliceIdentifier.of(type.getPackageName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }

  private static ArchCondition<JavaClass> beClosedForExtension() {
    return ArchCondition.from(
        describe(
            "be final, sealed, abstract, an enum, a record or an interface",
            type ->
                type.isInterface()
                    || type.isEnum()
                    || type.getModifiers().contains(JavaModifier.FINAL)
                    || type.getModifiers().contains(JavaModifier.ABSTRACT)
                    || type.reflect().isSealed()));
  }

  private static ArchCondition<JavaClass> showOnlyTypesOf(String... prefixes) {
    return new ArchCondition<>("show only types of " + List.of(prefixes)) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaMember member : type.getMembers()) {
          Set<JavaModifier> modifiers = member.getModifiers();
          if (modifiers.contains(JavaModifier.PUBLIC)
              || modifiers.contains(JavaModifier.PROTECTED)) {
            types(member)
                .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(shown -> !shown.isPrimitive())
                .filter(shown -> Stream.of(prefixes).noneMatch(shown.getName()::startsWith))
                .forEach(
                    shown ->
                        events.add(
                            SimpleConditionEvent.violated(
                                member, member.getFullName() + " shows " + shown.getName())));
          }
        }
      }
    };
  }

  private static Stream<JavaType> types(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit unit = (JavaCodeUnit) member;
    return Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
  }

  /** Breaks what can be broken. */
  public static class Offender {
    /** Shows a library's type. */
    public List<JavaType> types() {
      return List.of();
    }

    Instant when() {
      return Instant.now();
    }
  }

  /** Has no part in the family. */
  static final class Stray extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
