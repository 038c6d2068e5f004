/**
 * What proves an adapter: one contract a port, to be extended and given a fresh adapter, and a
 * clock that tests own. Published as forge-core's {@code tests} jar.
 *
 * <pre>{@code
 * class MyQueueTest extends JobQueueContract {
 *   @Override
 *   protected JobQueue newQueue(Clock clock) {
 *     return new MyQueue(clock);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.packageforge.testing;

import org.jspecify.annotations.NullMarked;
