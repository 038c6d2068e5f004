package dev.packageforge.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The plan of the whole house: three floors, every arrow down, no rings. */
class HouseArchitectureTest {
  private static final String ROOT = "dev.packageforge";
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .withImportOption(location -> !location.contains("/test-classes"))
          .importPackages(ROOT);

  @Test
  void allFloorsAreThere() {
    assertThat(HOUSE.stream().map(JavaClass::getPackageName))
        .contains(
            ROOT,
            ROOT + ".pipeline",
            ROOT + ".gemini",
            ROOT + ".docker",
            ROOT + ".npm",
            ROOT + ".redis",
            ROOT + ".examples")
        .doesNotContain(ROOT + ".testing");
  }

  @Test
  void theNpmAdapterKnowsCoreItsPortsAndItsOwnLibrariesOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".npm..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT,
            ROOT + ".registry",
            ROOT + ".sandbox",
            ROOT + ".toolchain",
            ROOT + ".npm",
            "java..",
            "javax.crypto..",
            "javax.net.ssl..",
            "com.fasterxml.jackson..",
            "okhttp3..",
            "okio..",
            "org.apache.commons.compress..",
            "org.jspecify.annotations")
        .check(HOUSE);
  }

  @Test
  void theNpmAdapterHasFewDoors() {
    assertThat(doors(".npm"))
        .containsExactlyInAnyOrder(
            "AcceptanceReport",
            "GateReport",
            "NpmAccess",
            "NpmCatalog",
            "NpmCredential",
            "NpmEnvironment",
            "NpmGate",
            "NpmGateway",
            "NpmIdentity",
            "NpmRegistry",
            "NpmStaged",
            "NpmToolchain",
            "UnreadablePackageException");
  }

  @Test
  void theDockerAdapterKnowsCoreItsPortAndItsOwnLibrariesOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".docker..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT,
            ROOT + ".sandbox",
            ROOT + ".docker",
            "java..",
            "javax.net.ssl..",
            "com.fasterxml.jackson..",
            "com.github.dockerjava.transport..",
            "com.github.dockerjava.zerodep",
            "org.slf4j",
            "org.jspecify.annotations")
        .check(HOUSE);
  }

  @Test
  void theDockerAdapterHasOneDoor() {
    assertThat(doors(".docker")).containsExactly("DockerSandbox");
  }

  @Test
  void theRedisAdapterKnowsCoreItsPortsAndItsOwnLibraryOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".redis..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT,
            ROOT + ".queue",
            ROOT + ".redis",
            "java..",
            "javax.net.ssl..",
            "jdk.net",
            "redis.clients.jedis..",
            "org.slf4j",
            "org.jspecify.annotations")
        .check(HOUSE);
  }

  @Test
  void theRedisAdapterHasFewDoors() {
    assertThat(doors(".redis"))
        .containsExactlyInAnyOrder(
            "AskingStore",
            "EmbeddedRedis",
            "RedisAddress",
            "RedisProbe",
            "RedisProgram",
            "RedisStore");
  }

  @Test
  void theGeminiAdapterKnowsCoreItsPortAndItsOwnLibrariesOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".gemini..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT,
            ROOT + ".llm",
            ROOT + ".gemini",
            "java..",
            "javax.net..",
            "com.fasterxml.jackson..",
            "com.google.genai..",
            "okhttp3..",
            "okio..",
            "org.jspecify.annotations")
        .check(HOUSE);
  }

  @Test
  void theGeminiAdapterHasOneDoor() {
    assertThat(doors(".gemini")).containsExactly("GeminiLanguageModel");
  }

  @Test
  void nobodyDependsOnTheExamples() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".examples..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".examples..")
        .check(HOUSE);
  }

  @Test
  void coreDependsOnNoAdapter() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + ".examples..",
            ROOT + ".docker..",
            ROOT + ".gemini..",
            ROOT + ".npm..",
            ROOT + ".redis..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".docker..", ROOT + ".gemini..", ROOT + ".npm..", ROOT + ".redis..")
        .check(HOUSE);
  }

  @Test
  void noPackagesFormARing() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(HOUSE);
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".*..")
        .check(HOUSE);
  }

  @Test
  void theEnvironmentIsReadWhereTheProcessIsMet() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ForgeMain")
        .and()
        .doNotHaveSimpleName("Quickstart")
        .and()
        .doNotHaveSimpleName("WatchEvents")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(HOUSE);
  }

  /** The public classes of an adapter. */
  private static Set<String> doors(String adapter) {
    return HOUSE.stream()
        .filter(type -> type.getPackageName().equals(ROOT + adapter))
        .filter(JavaClass::isTopLevelClass)
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .map(JavaClass::getSimpleName)
        .collect(Collectors.toSet());
  }
}
