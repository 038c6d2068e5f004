/**
 * A process that takes jobs.
 *
 * <pre>{@code
 * try (ForgeWorker worker = ForgeWorker.builder(forge).concurrency(2).start()) {
 *   shutdown.await();
 * }
 * }</pre>
 */
@NullMarked
package dev.packageforge.worker;

import org.jspecify.annotations.NullMarked;
