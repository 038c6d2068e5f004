package dev.packageforge.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.registry.CatalogEntry;
import dev.packageforge.registry.PackageCatalog;
import dev.packageforge.registry.RegistryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link PackageCatalog} promises. Extend it, say what is to be found, inherit the
 * tests.
 */
@Timeout(60)
public abstract class PackageCatalogContract {
  /** For subclasses. */
  protected PackageCatalogContract() {}

  /** A catalog that holds what the other methods name. */
  protected abstract PackageCatalog catalog();

  /** A catalog whose registry cannot be reached. */
  protected abstract PackageCatalog unreachable();

  /** A package that exists, with a range in which it has versions. */
  protected abstract PlannedDependency existing();

  /** The newest version in the range of {@link #existing}. */
  protected abstract String newest();

  /** A package that exists, with a range in which it has none. */
  protected abstract PlannedDependency outOfRange();

  /** A package that exists and that its owner deprecated. */
  protected abstract PlannedDependency deprecated();

  /** A package that does not exist. */
  protected abstract PlannedDependency absent();

  @Test
  void whatExistsIsFoundWithTheNewestVersionInRange() throws InterruptedException {
    assertThat(catalog().find(existing()))
        .hasValueSatisfying(
            entry -> {
              assertThat(entry.name()).isEqualTo(existing().name());
              assertThat(entry.version()).isEqualTo(newest());
              assertThat(entry.deprecated()).isEmpty();
            });
  }

  @Test
  void aRangeWithoutVersionsIsToldFromAPackageThatDoesNotExist() throws InterruptedException {
    assertThat(catalog().find(outOfRange())).map(CatalogEntry::version).hasValue("");
    assertThat(catalog().find(absent())).isEmpty();
  }

  @Test
  void theOwnersWarningIsPassedOn() throws InterruptedException {
    assertThat(catalog().find(deprecated()))
        .hasValueSatisfying(entry -> assertThat(entry.deprecated()).isNotBlank());
  }

  @Test
  void aNameThatIsNoNameIsNotFoundOrRefusedButNeverObeyed() throws InterruptedException {
    for (String name : new String[] {"--help", "../x", "a b", ";true", "-g", "http://[::1]/x"}) {
      PlannedDependency odd = new PlannedDependency(name, "^1.0.0", "");
      assertThat(catalog().find(odd)).as(name).isEmpty();
    }
  }

  @Test
  void aCatalogThatCannotBeReachedSaysThatNothingIsKnown() {
    assertThatThrownBy(() -> unreachable().find(existing()))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.retryable()).isTrue();
              assertThat(e.remedy()).isNotBlank();
            });
  }

  @Test
  void anInterruptStaysAnInterrupt() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> catalog().find(existing())).isInstanceOf(InterruptedException.class);
    } finally {
      Thread.interrupted();
    }
  }
}
