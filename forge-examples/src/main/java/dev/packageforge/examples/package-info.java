/**
 * The reference command, assembled from the adapters, and short programs that show one idea each:
 * {@code Quickstart} first. The environment is read here and nowhere below.
 *
 * <pre>{@code
 * ./forge new "a slug maker"
 * }</pre>
 */
@NullMarked
package dev.packageforge.examples;

import org.jspecify.annotations.NullMarked;
