/**
 * The ports to what outlives a process: jobs ({@link dev.packageforge.queue.JobQueue}) and runs
 * ({@link dev.packageforge.queue.RunStore}), which one adapter implements together, so that a run
 * and its job change in one step. {@link dev.packageforge.queue.InMemoryStore} is one that forgets.
 *
 * <pre>{@code
 * store.create(run, Job.of(run.id(), "make"));
 * Optional<Lease> lease = store.lease(worker, Duration.ofSeconds(30));
 * }</pre>
 */
@NullMarked
package dev.packageforge.queue;

import org.jspecify.annotations.NullMarked;
