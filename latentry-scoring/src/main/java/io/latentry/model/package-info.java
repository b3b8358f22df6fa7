/**
 * A model to judge with, in a Java program's own types: maps, records, beans, rows of a database.
 * Start at {@link io.latentry.model.Model}.
 */
@NullMarked
package io.latentry.model;

import org.jspecify.annotations.NullMarked;
