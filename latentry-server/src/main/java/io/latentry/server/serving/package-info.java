/**
 * Models that answer: what a door may ask of them, and how it is refused.
 *
 * <p>Start at {@link io.latentry.server.serving.ModelHost}: it lends a {@link
 * io.latentry.server.serving.ModelLease}, which judges rows. Whatever cannot be done is a {@link
 * io.latentry.server.serving.RefusedException}, whose {@link io.latentry.server.serving.Refusal}
 * every door says in its own protocol.
 *
 * <p>The host of a service is a {@link io.latentry.server.catalog.ModelCatalog}, which {@code
 * ModelCatalog.open(folder, config)} makes; the longer {@code open} takes another store than SQLite
 * in the folder, a {@link io.latentry.server.serving.ServingListener} for metrics and logs, a
 * {@link io.latentry.server.serving.VerdictTap} for what is said of every row, and the clock.
 * Behind it {@code FolderKeeper} turns files into changes, {@code ModelKeeper} makes what is open
 * follow the registry, a {@code LoadedVersion} counts who uses it, and its {@code Batcher} queues
 * requests for the {@code Workers}.
 */
@NullMarked
package io.latentry.server.serving;

import org.jspecify.annotations.NullMarked;
