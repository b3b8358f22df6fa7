/**
 * The model as a stage of Spark ML's pipelines; needs spark-mllib. Start at {@link
 * io.latentry.spark.ml.VaeDetectorTransformer}.
 */
@NullMarked
package io.latentry.spark.ml;

import org.jspecify.annotations.NullMarked;
