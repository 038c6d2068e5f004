/**
 * The words everything else is said in: a {@link dev.packageforge.Run} and what it makes, the
 * approval, the budget, the events. Values only; nothing here opens anything.
 *
 * <pre>{@code
 * RunRequest request = RunRequest.of("a slug maker");
 * }</pre>
 */
@NullMarked
package dev.packageforge;

import org.jspecify.annotations.NullMarked;
