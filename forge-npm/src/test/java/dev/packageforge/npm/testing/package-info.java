/**
 * What proves a client of an npm registry: a registry on loopback that checks more than the real
 * ones do, forgets nothing, and loses answers when it is told to. Published as forge-npm's {@code
 * tests} jar.
 *
 * <pre>{@code
 * try (StrictRegistry registry = StrictRegistry.start()) {
 *   Secret token = registry.issue(Grant.publish("ada"));
 *   registry.next(Trouble.storedThen(ErrorRow.BAD_GATEWAY.answer()));
 *   // publish to registry.address() with the token, then:
 *   assertThat(registry.uploads()).hasSize(1);
 *   assertThat(registry.stored(new PackageId("slug-maker", "1.0.0"))).isPresent();
 * }
 * }</pre>
 */
@NullMarked
package dev.packageforge.npm.testing;

import org.jspecify.annotations.NullMarked;
