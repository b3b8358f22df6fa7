/**
 * Where the columns of a model are in a table of Spark's, what their cells mean to it, and what a
 * judged row has.
 */
@NullMarked
package io.latentry.spark.plan;

import org.jspecify.annotations.NullMarked;
