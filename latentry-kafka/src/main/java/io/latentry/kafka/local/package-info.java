/** A broker of one's own, for demos and tests. */
@NullMarked
package io.latentry.kafka.local;

import org.jspecify.annotations.NullMarked;
