/**
 * Measures a model: gives it requests, lets the house write, test and repair as always, and then
 * runs tests that the model never saw.
 *
 * <pre>{@code
 * ./forge eval --limit 5 --out results
 * }</pre>
 */
@NullMarked
package dev.packageforge.examples.eval;

import org.jspecify.annotations.NullMarked;
