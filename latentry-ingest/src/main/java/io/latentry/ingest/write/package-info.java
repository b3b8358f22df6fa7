/** From rows to files. Start at {@link io.latentry.ingest.write.TableSink}. */
@NullMarked
package io.latentry.ingest.write;

import org.jspecify.annotations.NullMarked;
