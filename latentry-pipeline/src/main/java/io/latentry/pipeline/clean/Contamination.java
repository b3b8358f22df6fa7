package io.latentry.pipeline.clean;

import io.latentry.pipeline.data.TrainingData;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What to say of training rows that lie apart from the others: learned from, they hide their like.
 */
public final class Contamination {
  /** More would say nothing new. */
  private static final int ROWS_TO_LOOK_AT = 20_000;

  private static final int EXAMPLES = 3;

  private Contamination() {}

  /** A sentence with examples, and what to do; nothing where no rows lie apart, and of images. */
  public static Optional<String> in(TrainingData data) {
    if (data.image().isPresent()) {
      return Optional.empty();
    }
    int normal = data.counts().normal();
    int step = Math.max(1, normal / ROWS_TO_LOOK_AT);
    int[] some = IntStream.range(0, normal / step).map(i -> i * step).toArray();
    GrossRows gross = GrossRows.of(data.points(some));
    if (gross.isEmpty()) {
      return Optional.empty();
    }
    int[] places = data.places(some);
    String examples =
        gross.examples().stream()
            .limit(EXAMPLES)
            .map(row -> "row " + places[row.index()] + ": " + row.reason())
            .collect(Collectors.joining("; "));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%.1f %% of the normal rows lie far apart from the others (%s); if these are anomalies,"
                + " the model learns them as normal and misses others like them: fit with --clean",
            100.0 * gross.indices().length / some.length,
            examples));
  }
}
