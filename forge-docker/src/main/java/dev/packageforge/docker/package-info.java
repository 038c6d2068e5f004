/** The sandbox port on a Docker engine, or on one that speaks its protocol. */
@NullMarked
package dev.packageforge.docker;

import org.jspecify.annotations.NullMarked;
