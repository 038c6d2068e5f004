/**
 * Breaks everything between request and registry while work goes on, keeps the books outside of
 * what is judged, and says what was lost, done twice or done unasked.
 *
 * <pre>{@code
 * ./forge bench chaos --runs 1000
 * }</pre>
 */
@NullMarked
package dev.packageforge.examples.chaos;

import org.jspecify.annotations.NullMarked;
