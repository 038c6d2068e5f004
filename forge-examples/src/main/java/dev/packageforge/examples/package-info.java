/** The reference command, assembled from the adapters; and one main an idea. */
@NullMarked
package dev.packageforge.examples;

import org.jspecify.annotations.NullMarked;
