/**
 * The models that answer: opened, followed in folder and registry, swapped, lent. Start at {@link
 * io.latentry.server.catalog.ModelCatalog}.
 */
@NullMarked
package io.latentry.server.catalog;

import org.jspecify.annotations.NullMarked;
